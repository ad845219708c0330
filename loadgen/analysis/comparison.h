// Control against experimental, per workload and phase: what was not declared.
#pragma once

#include <string>
#include <vector>

#include "loadgen/analysis/measured.h"
#include "loadgen/core/judged.h"

namespace loadgen {

/// What takes the edge off every comparison of a run, in words; empty: nothing does.
struct ComparisonDoubts {
  std::string disturbed;  // both groups at once: nothing is judged
  std::string unsteady;   // `before` was not shown to be steady: nothing passes
};

/// Rows for error_rate, goodput and the successes-only p50, p90, p99 and p999, for every workload
/// and every phase but warm-up. Without two roles the phases after `before` are compared with it,
/// and only DEGRADED and FAILED are judged. Quantiles are "not reached" where failures reach 1 − p
/// in either group. `during` of a run with a fault has totals and ranges instead of intervals, and
/// two rows more: requests_lost and error_seconds. In benchmark mode the rounds are compared. Pure.
std::vector<ComparisonRow> compare_groups(const Measured& measured,
                                          const ComparisonDoubts& doubts = {});

}  // namespace loadgen
