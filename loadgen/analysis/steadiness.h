// Is `before` a steady state (statistics.md 2)?
#pragma once

#include "loadgen/analysis/measured.h"
#include "loadgen/core/judged.h"

namespace loadgen {

/// Judges seconds [from, to) of every group and workload: p50 and p99 of successes, error fraction
/// and achieved rate, for a rest of warm-up, a trend and a level shift, all series together; then
/// whether the stretch is long enough for its own correlation. Seconds that are blind are left out,
/// series that are too short to tell are not tested. Without any data: unverifiable. Where every
/// workload's rate changes by plan no steady state is meant, and the outcome is empty. Pure.
Steadiness steadiness_of(const Measured& measured, RunSecond from, RunSecond to);

/// The same of phase `before`; an empty outcome when there was none, and in benchmark mode.
Steadiness steadiness_of(const Measured& measured);

}  // namespace loadgen
