// Durations of which some were only seen to last at least so long.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "loadgen/stats/interval.h"

namespace loadgen::stats {

/// A duration in any unit; `ended` false: it was still going on then (right-censored).
struct Lifetime {
  double length = 0;
  bool ended = true;
};

/// From `at` on, `share` of the durations go on; its standard error by Greenwood's formula.
struct SurvivalStep {
  double at = 0, share = 1, standard_error = 0;
};

/// The survival curve: one step for each distinct length at which a duration ended, ascending.
/// Durations that were censored at the same length count as at risk there. Empty when none ended.
/// Pure. Source: Kaplan & Meier 1958; Greenwood 1926.
std::vector<SurvivalStep> kaplan_meier(std::span<const Lifetime> lifetimes);

struct MedianLifetime {
  std::optional<double> median;  // nothing: fewer than half were seen to end
  /// 95 % and the like: by order statistics when all ended, else where the band around the curve
  /// holds one half (Brookmeyer & Crowley 1982). Nothing when it has no upper end or there are too
  /// few (6 for 95 %).
  std::optional<Interval> interval;
};

/// confidence in (0, 1). Pure.
MedianLifetime median_lifetime(std::span<const Lifetime> lifetimes, double confidence);

}  // namespace loadgen::stats
