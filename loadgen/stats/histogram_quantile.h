// Quantiles of histograms finer than their buckets.
#pragma once

#include <cstdint>
#include <optional>

#include "loadgen/core/histogram.h"

namespace loadgen::stats {

/// A quantile read off a histogram.
struct BucketQuantile {
  double us = 0;        // interpolated
  double width_us = 0;  // of the bucket that it lies in: no estimate is finer than half of that
};

/// The q-quantile in µs, interpolated inside its bucket as if its values were spread evenly there:
/// two groups whose quantiles share a bucket still differ by a sensible fraction of it. Clamped to
/// the exact minimum and maximum. Nothing when empty. q in [0, 1]. Monotone in q. Pure.
std::optional<BucketQuantile> quantile_of(const SparseHistogram& histogram, double q);

/// How many values lie beyond the q-quantile: what an estimate of it rests on. Pure.
double tail_samples(std::uint64_t n, double q);

}  // namespace loadgen::stats
