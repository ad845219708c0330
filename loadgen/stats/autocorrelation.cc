#include "loadgen/stats/autocorrelation.h"

#include <algorithm>

#include "loadgen/stats/estimate.h"

namespace loadgen::stats {
namespace {

/// Σ (x_i − m)(x_{i+lag} − m).
double product(std::span<const double> series, double centre, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = 0; i + lag < series.size(); ++i) {
    sum += (series[i] - centre) * (series[i + lag] - centre);
  }
  return sum;
}

/// A constant series differs from its mean by what rounding leaves.
bool is_constant(double squares, double centre, std::size_t n) {
  constexpr double kRounding = 1e-12;
  return !(squares > kRounding * kRounding * centre * centre * static_cast<double>(n));
}

}  // namespace

double autocorrelation(std::span<const double> series, std::size_t lag) {
  if (series.empty()) return 0;
  const double centre = mean(series);
  const double whole = product(series, centre, 0);
  return is_constant(whole, centre, series.size()) ? 0 : product(series, centre, lag) / whole;
}

double effective_length(std::span<const double> series) {
  if (series.size() < 4) return 1;
  const double centre = mean(series);
  const double whole = product(series, centre, 0);
  if (is_constant(whole, centre, series.size())) return 1;
  double tau = -1;
  for (std::size_t lag = 0; lag + 1 < series.size(); lag += 2) {
    const double pair = (product(series, centre, lag) + product(series, centre, lag + 1)) / whole;
    if (pair <= 0) break;
    tau += 2 * pair;
  }
  return std::clamp(tau, 1.0, static_cast<double>(series.size()));
}

}  // namespace loadgen::stats
