#include "loadgen/analysis/margins.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/wording.h"
#include "loadgen/stats/holm.h"

namespace loadgen {
namespace {

constexpr double kAlpha = (1 - kConfidence) / 2;
constexpr double kFailedMargins = 2.5;
/// More than this many times as long is no advice.
constexpr double kMostTimes = 30;

/// One-sided p-values of an effect's test, adjusted; 1 where there is no effect.
template <class Test>
std::vector<double> adjusted_p(const std::vector<AgainstMargin>& metrics, Test test) {
  std::vector<double> p;
  for (const AgainstMargin& metric : metrics) p.push_back(metric.effect ? test(metric) : 1);
  return stats::holm(p);
}

std::string about(double seconds) { return "about " + in_words(std::ceil(seconds), Unit::seconds); }

/// How long each phase would have to be, if the estimate stays what it is: errors shrink with the
/// root of the length.
std::string would_decide(const AgainstMargin& metric) {
  const Effect& effect = *metric.effect;
  const double value = effect.estimate.value;
  if (effect.guarded && effect.interval.high < metric.degraded) {
    return "the phase is short for how much its seconds resemble each other: it needs " +
           about(effect.needed_s);
  }
  const bool exclude_margin = value < metric.degraded;
  const double have = exclude_margin ? effect.interval.high - value : value - effect.interval.low;
  const double allowed = exclude_margin ? metric.degraded - value : value;
  const double times = allowed > 0 ? have / allowed * (have / allowed) : kMostTimes + 1;
  if (times > kMostTimes) {
    return "it lies so close to the margin that no reasonable length would decide";
  }
  return "the interval holds both no change and the margin: phases of " +
         about(std::max(effect.needed_s, metric.length_s * std::max(1.2, times))) + " would decide";
}

}  // namespace

const std::vector<Compared>& compared_metrics() {
  using Kind = Compared::Kind;
  static const std::vector<Compared> kMetrics = {
      {"error_rate", Kind::errors, 0, &Margins::error_rate, true},
      {"goodput", Kind::goodput, 0, &Margins::goodput, true},
      {"p50", Kind::quantile, 0.5, &Margins::p50, true},
      {"p90", Kind::quantile, 0.9, &Margins::p90, false},
      {"p99", Kind::quantile, 0.99, &Margins::p99, true},
      {"p999", Kind::quantile, 0.999, &Margins::p999, false},
  };
  return kMetrics;
}

AgainstMargin against_margin(const Compared& metric, const Margins& margins) {
  const double margin = margins.*metric.margin;
  if (metric.kind != Compared::Kind::quantile) return {{}, margin, kFailedMargins * margin, 0};
  return {{}, std::log1p(margin), std::log1p(kFailedMargins * margin), 0};
}

std::vector<MarginVerdict> by_margins(const std::vector<AgainstMargin>& metrics) {
  const std::vector<double> failed = adjusted_p(metrics, [](const AgainstMargin& metric) {
    return stats::p_at_most(metric.effect->plain.value_or(metric.effect->estimate), metric.failed);
  });
  const std::vector<double> worse = adjusted_p(metrics, [](const AgainstMargin& metric) {
    return stats::p_at_most(metric.effect->estimate, 0);
  });
  std::vector<MarginVerdict> verdicts;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const AgainstMargin& metric = metrics[i];
    MarginVerdict verdict{"INCONCLUSIVE", ""};
    if (metric.effect) {
      const Effect& effect = *metric.effect;
      if (failed[i] < kAlpha) {
        verdict.verdict = "FAILED";
      } else if (worse[i] < kAlpha && effect.estimate.value >= metric.degraded) {
        verdict.verdict = "DEGRADED";
      } else if (effect.interval.high < metric.degraded && !effect.guarded) {
        verdict.verdict = "PASS";
      } else {
        verdict.why = would_decide(metric);
      }
    }
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace loadgen
