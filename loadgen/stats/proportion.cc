#include "loadgen/stats/proportion.h"

#include <algorithm>
#include <cmath>

#include "loadgen/core/assert.h"
#include "loadgen/stats/distributions.h"

namespace loadgen::stats {

Interval wilson(double share, double n, double confidence) {
  LG_ASSERT(share >= 0 && share <= 1 && n > 0 && confidence > 0 && confidence < 1);
  const double z = normal_quantile(0.5 + confidence / 2);
  const double zz = z * z / n;
  const double centre = (share + zz / 2) / (1 + zz);
  const double half = z / (1 + zz) * std::sqrt(share * (1 - share) / n + zz / (4 * n));
  // At the ends rounding would leave a hair: 0 of n has the lower bound 0.
  return {share == 0 ? 0 : std::clamp(centre - half, 0.0, 1.0),
          share == 1 ? 1 : std::clamp(centre + half, 0.0, 1.0)};
}

Interval difference(const Share& a, const Share& b) {
  const double d = a.share - b.share;
  const double down = std::hypot(a.share - a.interval.low, b.interval.high - b.share);
  const double up = std::hypot(a.interval.high - a.share, b.share - b.interval.low);
  return {d - down, d + up};
}

double upper_bound_of_none(double n, double confidence) {
  LG_ASSERT(n > 0 && confidence > 0 && confidence < 1);
  return -std::expm1(std::log1p(-confidence) / n);
}

}  // namespace loadgen::stats
