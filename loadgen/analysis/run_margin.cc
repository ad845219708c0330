#include "loadgen/analysis/run_margin.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/metric_scale.h"
#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

constexpr double kFailedMargins = 2.5;
/// More than this many times as many are no advice.
constexpr double kMostTimes = 10;

}  // namespace

AgainstMargin run_margin(std::string_view metric, double margin) {
  const double failed = kFailedMargins * margin;
  if (is_share(metric)) return {{}, margin, failed, 0};
  return {{}, std::log1p(margin), std::log1p(failed), 0};
}

std::string more_runs_would_decide(const AgainstMargin& metric, std::size_t runs,
                                   std::string_view what) {
  if (!metric.effect) return "can't be told";
  const Effect& effect = *metric.effect;
  const double value = effect.estimate.value;
  const bool under = value < metric.degraded;
  const double have = under ? effect.interval.high - value : value - effect.interval.low;
  const double allowed = under ? metric.degraded - value : value;
  const double times = allowed > 0 ? have / allowed * (have / allowed) : kMostTimes + 1;
  if (times > kMostTimes) {
    return "so close to the margin that more " + std::string(what) + " would hardly decide";
  }
  return "about " +
         in_words(std::ceil(static_cast<double>(runs) * std::max(times, 1.2) - 1e-9), Unit::count) +
         " " + std::string(what) + " would decide";
}

}  // namespace loadgen
