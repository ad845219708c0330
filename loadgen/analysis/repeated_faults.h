// The same faults in several runs: would we see it again? (statistics.md 3)
#pragma once

#include <vector>

#include "loadgen/core/comparable_run.h"
#include "loadgen/core/compared_runs.h"

namespace loadgen {

/// Medians of recovery time and longest outage with 95 % intervals, per group, workload and faults,
/// in the order of the runs: by order statistics, by Kaplan and Meier's curve where a run ended
/// before it recovered. Runs without a fault add nothing. Pure.
std::vector<RepeatedFaults> repeated_faults(const std::vector<const ComparableRun*>& runs);

}  // namespace loadgen
