// The rows of a comparison of runs: each metric of each stretch, judged by its margin.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "loadgen/analysis/run_sides.h"
#include "loadgen/core/compared_runs.h"

namespace loadgen {

/// Margins by metric that go before the scenario's; a metric that is named is judged.
using MarginsByName = std::map<std::string, double>;

/// Rows in the order of the first candidate's stretches, then of what only others have. Neither
/// side may be empty. A metric is judged when it is primary (or throughput), or named in `margins`;
/// a quantile decides with 100 answers beyond it on each side and 10 in each run. Holm over the
/// metrics of a stretch. Pure.
std::vector<RunComparisonRow> rows_of(const RunSides& sides, const MarginsByName& margins);

}  // namespace loadgen
