// The detector: when users began to notice a fault, and when they no longer did (statistics.md 3).
#pragma once

#include <optional>
#include <span>

#include "loadgen/analysis/outage.h"
#include "loadgen/analysis/seconds.h"
#include "loadgen/core/figures.h"

namespace loadgen {

enum class Health : std::uint8_t {
  empty,    // nothing was due
  unknown,  // blind
  good,
  bad
};

/// What the seconds of `before` were like: the measure of the later ones.
struct Baseline {
  std::size_t seconds = 0;            // of before, with tickets and not blind
  double least_good_share = 0;        // 1st percentile − 1 point; below it a second is bad
  std::optional<double> most_ln_p50;  // median + max(ln 1.2, 4 · 1.4826 · MAD); above it: bad
  double error_rate = 0;
};
Baseline baseline_of(std::span<const SecondFigures> before);

/// A second is bad when it has tickets and no ok, when its good share is below the baseline's, or
/// when its ln p50 is above it. Without a baseline only the first of these can be seen. Pure.
Health health_of(const SecondFigures& second, const Baseline& baseline);

/// What the detector looks at. seconds[i] is run second first + i; `before` is [before_from,
/// before_to), empty when there was none.
struct Watched {
  std::span<const SecondFigures> seconds;
  RunSecond first = 0;
  RunSecond before_from = 0, before_to = 0;
  RunOffset requested{0};  // of the first fault
};

/// Onset, recovery, episodes, outage windows and losses from `requested` on. Not recovered is
/// right-censored: `not_recovered_within_s` tells how far that was seen. Pure.
Recovery recovery_of(const Watched& watched);

/// planned − ok beyond the given error rate, at least 0. In tickets. Pure.
double requests_lost(std::span<const SecondFigures> seconds, double error_rate_before);

}  // namespace loadgen
