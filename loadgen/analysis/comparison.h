// Control against experimental, per workload and phase: what was not declared.
#pragma once

#include <vector>

#include "loadgen/analysis/measured.h"
#include "loadgen/core/result.h"

namespace loadgen {

/// Rows for error_rate, goodput and the successes-only p50, p90, p99 and p999, for every workload
/// and every phase but warm-up; empty unless there are a control and an experimental group. A
/// quantile is "not reached" where failures reach 1 − p in either group. Ratios are experimental /
/// control; did_ratio is the phase's over that of `before`. No interval: verdict is "not tested".
/// Pure.
std::vector<ComparisonRow> compare_groups(const Measured& measured);

}  // namespace loadgen
