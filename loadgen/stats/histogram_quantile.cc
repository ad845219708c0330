#include "loadgen/stats/histogram_quantile.h"

#include <algorithm>
#include <cmath>

#include "loadgen/core/assert.h"

namespace loadgen::stats {

std::optional<BucketQuantile> quantile_of(const SparseHistogram& histogram, double q) {
  LG_ASSERT(q >= 0 && q <= 1);
  if (histogram.empty()) return std::nullopt;
  const double wanted = q * static_cast<double>(histogram.total);
  double seen = 0;
  for (const auto& [index, count] : histogram.buckets) {
    const auto here = static_cast<double>(count);
    const bool last = index == histogram.buckets.back().first;
    if (seen + here < wanted && !last) {
      seen += here;
      continue;
    }
    const auto width = static_cast<double>(hdr::width_us(index));
    const double inside = std::clamp((wanted - seen) / here, 0.0, 1.0);
    const double us = static_cast<double>(hdr::lowest_us(index)) + inside * width;
    return BucketQuantile{std::clamp(us, static_cast<double>(histogram.min_us),
                                     static_cast<double>(histogram.max_us)),
                          width};
  }
  LG_ASSERT(histogram.buckets.empty());
  return std::nullopt;
}

double tail_samples(std::uint64_t n, double q) {
  // A hair of tolerance: 10,000 × (1 − 0.99) is 100 to a person, 100.00000000000009 to a double.
  return std::floor(static_cast<double>(n) * std::min(q, 1 - q) + 1e-6);
}

}  // namespace loadgen::stats
