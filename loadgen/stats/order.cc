#include "loadgen/stats/order.h"

#include <algorithm>
#include <cmath>

#include "loadgen/core/assert.h"
#include "loadgen/stats/distributions.h"

namespace loadgen::stats {

std::vector<double> ascending(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

std::optional<double> median(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  const std::vector<double> sorted = ascending(values);
  const std::size_t n = sorted.size();
  return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

std::optional<double> robust_deviation(std::span<const double> values) {
  const auto centre = median(values);
  if (!centre) return std::nullopt;
  std::vector<double> distances;
  for (const double value : values) distances.push_back(std::abs(value - *centre));
  return 1.4826 * *median(distances);
}

double harrell_davis(std::span<const double> ascending, double q) {
  LG_ASSERT(!ascending.empty() && q > 0 && q < 1);
  const auto n = static_cast<double>(ascending.size());
  const double a = (n + 1) * q, b = (n + 1) * (1 - q);
  double sum = 0, below = 0;
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const double up_to = beta_below(static_cast<double>(i + 1) / n, a, b);
    sum += (up_to - below) * ascending[i];
    below = up_to;
  }
  return sum;
}

std::optional<OrderInterval> order_interval(std::size_t n, double q, double confidence) {
  LG_ASSERT(q > 0 && q < 1 && confidence > 0 && confidence < 1);
  if (n < 2) return std::nullopt;
  const auto probability = [&](std::size_t k) { return binomial_probability(k, n, q); };
  // [k, end) is the set of counts of values below the quantile that is covered. Counts 0 and n
  // would need a value beyond the smallest or largest one: they can't be covered.
  constexpr double kHair = 1e-12;
  std::size_t begin = std::clamp<std::size_t>(
      static_cast<std::size_t>(std::floor(static_cast<double>(n + 1) * q)), 1, n - 1);
  std::size_t end = begin + 1;
  double covered = probability(begin);
  while (covered < confidence - kHair) {
    const double left = begin > 1 ? probability(begin - 1) : 0;
    const double right = end < n ? probability(end) : 0;
    if (begin == 1 && end == n) return std::nullopt;
    const bool tie = std::abs(left - right) < kHair;
    if (begin > 1 && (tie || left > right || end == n)) {
      --begin;
      covered += left;
    }
    if (end < n && (tie || right > left || begin == 1) && covered < confidence - kHair) {
      ++end;
      covered += right;
    }
  }
  return OrderInterval{begin, end, std::min(covered, 1.0)};
}

std::optional<Interval> quantile_interval(std::span<const double> ascending, double q,
                                          double confidence) {
  const auto found = order_interval(ascending.size(), q, confidence);
  if (!found) return std::nullopt;
  return Interval{ascending[found->low - 1], ascending[found->high - 1]};
}

}  // namespace loadgen::stats
