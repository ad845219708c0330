#include "loadgen/stats/distributions.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "loadgen/core/assert.h"

namespace loadgen::stats {

namespace math = boost::math;

double normal_quantile(double p) {
  LG_ASSERT(p > 0 && p < 1);
  return math::quantile(math::normal(), p);
}

double normal_above(double z) {
  LG_ASSERT(!std::isnan(z));
  if (std::isinf(z)) return z > 0 ? 0 : 1;
  return math::cdf(math::complement(math::normal(), z));
}

double t_quantile(double p, double degrees) {
  LG_ASSERT(p > 0 && p < 1 && degrees > 0);
  return math::quantile(math::students_t(degrees), p);
}

double t_above(double t, double degrees) {
  LG_ASSERT(!std::isnan(t) && degrees > 0);
  if (std::isinf(t)) return t > 0 ? 0 : 1;
  return math::cdf(math::complement(math::students_t(degrees), t));
}

double beta_below(double x, double a, double b) {
  LG_ASSERT(!std::isnan(x) && a > 0 && b > 0);
  return math::cdf(math::beta_distribution<>(a, b), std::clamp(x, 0.0, 1.0));
}

double binomial_probability(std::uint64_t k, std::uint64_t n, double p) {
  LG_ASSERT(k <= n && p > 0 && p < 1);
  return math::pdf(math::binomial(static_cast<double>(n), p), static_cast<double>(k));
}

}  // namespace loadgen::stats
