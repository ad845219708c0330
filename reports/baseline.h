// A baseline for people.
#pragma once

#include <string>
#include <vector>

#include "loadgen/analysis/run_spread.h"
#include "loadgen/core/comparable_run.h"

namespace loadgen::reports {

/// The runs, and for each metric what they came to, how much they differ and where another one may
/// lie. width: columns available, at least 60 are used. Pure.
std::string baseline_terminal(const std::vector<ComparableRun>& runs,
                              const std::vector<RunSpread>& spreads, int width);

/// Only the table of metrics. Pure.
std::string spread_table(const std::vector<RunSpread>& spreads, int width);

}  // namespace loadgen::reports
