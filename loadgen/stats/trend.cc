#include "loadgen/stats/trend.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "loadgen/core/assert.h"
#include "loadgen/stats/distributions.h"
#include "loadgen/stats/order.h"

namespace loadgen::stats {
namespace {

/// Variance of Kendall's S under no trend: (n(n−1)(2n+5) − Σ t(t−1)(2t+5)) / 18 over ties of t.
double variance_of_s(std::span<const double> series) {
  const auto term = [](double n) { return n * (n - 1) * (2 * n + 5) / 18; };
  const std::vector<double> sorted = ascending(series);
  double variance = term(static_cast<double>(sorted.size()));
  for (auto at = sorted.begin(); at != sorted.end();) {
    const auto end = std::upper_bound(at, sorted.end(), *at);
    variance -= term(static_cast<double>(end - at));
    at = end;
  }
  return variance;
}

}  // namespace

std::optional<Trend> trend(std::span<const double> series, double inflation) {
  LG_ASSERT(inflation >= 1);
  if (series.size() < 3) return std::nullopt;
  double s = 0;
  std::vector<double> slopes;
  for (std::size_t i = 0; i < series.size(); ++i) {
    for (std::size_t j = i + 1; j < series.size(); ++j) {
      const double rise = series[j] - series[i];
      s += rise > 0 ? 1 : rise < 0 ? -1 : 0;
      slopes.push_back(rise / static_cast<double>(j - i));
    }
  }
  Trend found;
  found.slope = *median(slopes);
  const double variance = variance_of_s(series) * inflation;
  if (variance > 0 && s != 0) found.z = (s > 0 ? s - 1 : s + 1) / std::sqrt(variance);
  found.p = std::min(1.0, 2 * normal_above(std::abs(found.z)));
  return found;
}

}  // namespace loadgen::stats
