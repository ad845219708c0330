#include "loadgen/analysis/run_floor.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/margins.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/stats/histogram_quantile.h"

namespace loadgen {
namespace {

constexpr double kTailToDecide = 100, kTailPerRun = 10;

/// Of the quantile's name; nothing for a metric that is none.
std::optional<double> quantile_named(std::string_view name) {
  for (const Compared& metric : compared_metrics()) {
    if (metric.name == name && metric.kind == Compared::Kind::quantile) return metric.q;
  }
  return std::nullopt;
}

}  // namespace

std::string too_few(const RunsOfMetric& runs, double base_s, double head_s) {
  const auto q = quantile_named(runs.name);
  if (!q) return {};
  for (const auto& [side, length_s] : {std::pair(&runs.base, base_s), {&runs.head, head_s}}) {
    double tail = 0, least = kTailPerRun;
    for (const ComparableMetric* run : *side) {
      const double beyond = stats::tail_samples(run->n, *q);
      tail += beyond;
      least = std::min(least, beyond);
    }
    if (tail >= kTailToDecide && least >= kTailPerRun) continue;
    if (tail >= kTailToDecide && least <= 0) {
      return "one of the runs has no answers; to decide it needs " +
             in_words(kTailPerRun, Unit::count) + " beyond it in each run";
    }
    std::string text = in_words(tail, Unit::count) + " answers beyond it; to decide it needs " +
                       in_words(kTailToDecide, Unit::count) + ", and " +
                       in_words(kTailPerRun, Unit::count) + " in each run";
    if (tail > 0) {
      const auto n = static_cast<double>(side->size());
      const double times = std::max(kTailToDecide / tail, least > 0 ? kTailPerRun / least : 1.0);
      const double more_s = std::max(1.0, std::ceil(length_s / n * (times - 1)));
      text += ": about " + in_words(more_s, Unit::seconds) + " more " +
              (side->size() > 1 ? "each " : "") + "at this rate";
    }
    return text;
  }
  return {};
}

}  // namespace loadgen
