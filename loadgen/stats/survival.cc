#include "loadgen/stats/survival.h"

#include <algorithm>
#include <cmath>

#include "loadgen/core/assert.h"
#include "loadgen/stats/distributions.h"
#include "loadgen/stats/order.h"

namespace loadgen::stats {
namespace {

std::vector<Lifetime> by_length(std::span<const Lifetime> lifetimes) {
  std::vector<Lifetime> sorted(lifetimes.begin(), lifetimes.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const Lifetime& a, const Lifetime& b) { return a.length < b.length; });
  return sorted;
}

/// The curve's band holds one half from the first step on whose lower bound is at most that, up to
/// the first one whose upper bound is.
std::optional<Interval> band_around_half(const std::vector<SurvivalStep>& curve,
                                         double confidence) {
  const double z = normal_quantile(0.5 + confidence / 2);
  std::optional<double> low;
  for (const SurvivalStep& step : curve) {
    if (!low && step.share - z * step.standard_error <= 0.5) low = step.at;
    if (low && step.share + z * step.standard_error < 0.5) return Interval{*low, step.at};
  }
  return std::nullopt;
}

}  // namespace

std::vector<SurvivalStep> kaplan_meier(std::span<const Lifetime> lifetimes) {
  const std::vector<Lifetime> sorted = by_length(lifetimes);
  std::vector<SurvivalStep> curve;
  double share = 1, greenwood = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    const auto at_risk = static_cast<double>(sorted.size() - i);
    const double at = sorted[i].length;
    double ended = 0;
    for (; i < sorted.size() && sorted[i].length == at; ++i) ended += sorted[i].ended ? 1 : 0;
    if (ended == 0) continue;
    share *= 1 - ended / at_risk;
    if (at_risk > ended) greenwood += ended / (at_risk * (at_risk - ended));
    curve.push_back({at, share, share * std::sqrt(greenwood)});
  }
  return curve;
}

MedianLifetime median_lifetime(std::span<const Lifetime> lifetimes, double confidence) {
  LG_ASSERT(confidence > 0 && confidence < 1);
  MedianLifetime found;
  const bool all_ended =
      std::all_of(lifetimes.begin(), lifetimes.end(), [](const Lifetime& l) { return l.ended; });
  if (all_ended) {
    std::vector<double> lengths;
    for (const Lifetime& lifetime : lifetimes) lengths.push_back(lifetime.length);
    lengths = ascending(lengths);
    found.median = median(lengths);
    found.interval = quantile_interval(lengths, 0.5, confidence);
    return found;
  }
  const std::vector<SurvivalStep> curve = kaplan_meier(lifetimes);
  for (const SurvivalStep& step : curve) {
    if (!found.median && step.share <= 0.5 + 1e-12) found.median = step.at;
  }
  if (order_interval(lifetimes.size(), 0.5, confidence)) {
    found.interval = band_around_half(curve, confidence);
  }
  return found;
}

}  // namespace loadgen::stats
