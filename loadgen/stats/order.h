// Quantiles of samples, and how sure one can be of them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "loadgen/stats/interval.h"

namespace loadgen::stats {

/// A copy in ascending order. Pure.
std::vector<double> ascending(std::span<const double> values);

/// The middle value, or the mean of the two middle ones; nothing without values. values: any order,
/// any unit. Pure.
std::optional<double> median(std::span<const double> values);

/// 1.4826 · median |x − median|: as large as the standard deviation of normal values, deaf to
/// outliers. Nothing without values. Pure. Source: Hampel 1974.
std::optional<double> robust_deviation(std::span<const double> values);

/// The q-quantile as the mean of all order statistics, each weighted by the chance that it is the
/// quantile: smoother than any single one. ascending: n ≥ 1, any unit. q in (0, 1). Pure.
/// Source: Harrell & Davis 1982. Checked against: {0, 25, 50, 75, 100}, statistics.md 8.
double harrell_davis(std::span<const double> ascending, double q);

/// Which order statistics hold a quantile between them, counted from 1.
struct OrderInterval {
  std::size_t low = 0, high = 0;
  double confidence = 0;  // what the two really cover, at least what was asked for
};

/// The narrowest pair of order statistics around the q-quantile of n samples that covers it with
/// the given confidence, whatever the distribution; nothing when n is too small for it (a 95 %
/// interval of a median needs 6). q and confidence in (0, 1). Pure.
/// Source: Hahn & Meeker, Statistical Intervals, ch. 5: the coverage of [x(l), x(r)] is the sum of
/// the binomial probabilities of l … r − 1 values below the quantile.
std::optional<OrderInterval> order_interval(std::size_t n, double q, double confidence);

/// The same as values. ascending: any unit. Nothing when there are too few. Pure.
std::optional<Interval> quantile_interval(std::span<const double> ascending, double q,
                                          double confidence);

}  // namespace loadgen::stats
