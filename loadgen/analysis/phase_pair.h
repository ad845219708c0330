// Two sides of a comparison in one phase, and the effect between them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loadgen/analysis/margins.h"
#include "loadgen/analysis/measured.h"

namespace loadgen {

/// One phase of one workload: both groups' sides, or (without a control) the same group's `before`
/// as the reference.
struct Pair {
  const MeasuredWorkload* control = nullptr;
  const MeasuredWorkload* experimental = nullptr;
  const MeasuredPhase* control_phase = nullptr;
  const MeasuredPhase* experimental_phase = nullptr;
  bool same_group = false;  // control_phase is `before` of the experimental group
};

/// The difference of one phase: ln of a ratio, or of shares, worse = positive.
struct PhaseEffect {
  std::optional<double> value;
  std::optional<Effect> effect;
  std::string why_not;
};

/// Quantiles are "not reached" where failures reach 1 − p in either phase. Pure.
PhaseEffect effect_in(const Measured& measured, const Pair& pair, const Compared& metric);

/// The metric in base units; nothing without data or when the quantile lies among the failures.
/// Pure.
std::optional<double> value_of(const Compared& metric, const PhaseFigures& figures);

/// Whether a quantile rests on enough tickets: it decides with 100 beyond it in every phase, and
/// its interval is shown with 50.
struct SampleFloor {
  std::string too_few;  // why it may not decide: "too few requests to decide: … at this rate"
  bool shown = true;
};
SampleFloor sample_floor(const Compared& metric, const std::vector<const MeasuredPhase*>& phases);

/// What to say when the groups' p50 drifted apart within `before` by more than the margin, so that
/// a later difference is no surprise; else empty. Pure.
std::string drifted_apart(const Pair& before, const Margins& margins);

}  // namespace loadgen
