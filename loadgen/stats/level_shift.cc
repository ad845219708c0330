#include "loadgen/stats/level_shift.h"

#include <algorithm>
#include <cmath>

#include "loadgen/stats/distributions.h"
#include "loadgen/stats/estimate.h"

namespace loadgen::stats {
namespace {

constexpr double kNoVariance = 1e9;

LevelShift split_at(std::span<const double> series, std::size_t at) {
  const auto before = series.first(at), after = series.subspan(at);
  const auto n = static_cast<double>(before.size()), m = static_cast<double>(after.size());
  const double sb = deviation(before), sa = deviation(after);
  const double pooled = ((n - 1) * sb * sb + (m - 1) * sa * sa) / (n + m - 2);
  LevelShift found;
  found.at = at;
  found.shift = mean(after) - mean(before);
  if (pooled > 0) {
    found.t =
        std::clamp(found.shift / std::sqrt(pooled * (1 / n + 1 / m)), -kNoVariance, kNoVariance);
  } else if (found.shift != 0) {
    found.t = found.shift > 0 ? kNoVariance : -kNoVariance;
  }
  found.p = std::min(1.0, 2 * t_above(std::abs(found.t), n + m - 2));
  return found;
}

}  // namespace

std::optional<LevelShift> level_shift(std::span<const double> series, std::size_t first,
                                      std::size_t last) {
  std::optional<LevelShift> best;
  for (std::size_t at = std::max<std::size_t>(first, 2); at <= last && at + 2 <= series.size();
       ++at) {
    const LevelShift found = split_at(series, at);
    if (!best || std::abs(found.t) > std::abs(best->t)) best = found;
  }
  return best;
}

}  // namespace loadgen::stats
