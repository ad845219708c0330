// Runs against other runs: a regression, or not (statistics.md 5).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "loadgen/analysis/run_rows.h"
#include "loadgen/core/comparable_run.h"

namespace loadgen {

/// "p99=15%", "error_rate=1pp", "tps=10%". Throws UserError that says what was expected. Pure.
std::pair<std::string, double> parse_margin(const std::string& text);

/// Compares in the strongest way that the runs allow: base and head in turns as pairs, many against
/// many by ranks, one against five or more stored ones by a prediction limit, else with an assumed
/// difference between runs. PASS needs every primary metric of every stretch, the same load, the
/// same version of this program, and different runs; nothing is passed for want of data. Never
/// throws. Pure.
RunComparison compare_runs(const std::vector<ComparableRun>& baseline,
                           const std::vector<ComparableRun>& candidates,
                           const MarginsByName& margins = {});

}  // namespace loadgen
