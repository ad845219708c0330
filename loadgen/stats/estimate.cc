#include "loadgen/stats/estimate.h"

#include <algorithm>
#include <cmath>

#include "loadgen/core/assert.h"
#include "loadgen/stats/distributions.h"

namespace loadgen::stats {

double mean(std::span<const double> values) {
  LG_ASSERT(!values.empty());
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double deviation(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double centre = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

std::optional<Estimate> of_batches(double value, std::span<const double> batches,
                                   double least_error) {
  if (batches.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(batches.size());
  return Estimate{value, std::max(deviation(batches) / std::sqrt(n), least_error), n - 1};
}

Estimate difference(const Estimate& a, const Estimate& b) {
  const double va = a.standard_error * a.standard_error, vb = b.standard_error * b.standard_error;
  const double sum = va + vb;
  const double spread = va * va / a.degrees + vb * vb / b.degrees;
  const double least = std::min(a.degrees, b.degrees);
  // Tiny errors underflow when squared twice.
  const double degrees =
      spread > 0 ? std::clamp(sum * sum / spread, least, a.degrees + b.degrees) : least;
  return {a.value - b.value, std::sqrt(sum), degrees};
}

Interval interval(const Estimate& estimate, double confidence) {
  LG_ASSERT(confidence > 0 && confidence < 1);
  const double half = t_quantile(0.5 + confidence / 2, estimate.degrees) * estimate.standard_error;
  return {estimate.value - half, estimate.value + half};
}

double p_at_most(const Estimate& estimate, double limit) {
  const double distance = estimate.value - limit;
  if (estimate.standard_error <= 0) return distance > 0 ? 0 : 1;
  return t_above(distance / estimate.standard_error, estimate.degrees);
}

}  // namespace loadgen::stats
