// A comparison of runs for people and for CI: every function here is pure, and byte-identical for
// equal comparisons.
#pragma once

#include <string>

#include "loadgen/core/compared_runs.h"

namespace loadgen::reports {

/// A table like benchstat's: metric, base, head, change with its interval, verdict; `~` where the
/// interval holds "no change". width: columns available, at least 60 are used.
std::string runs_terminal(const RunComparison& comparison, bool colour, int width);

/// For a pull request or a job summary.
std::string runs_markdown(const RunComparison& comparison);

/// JUnit XML: the verdict and every judged metric, a test case each. FAILED and DEGRADED are
/// failures, undecided is skipped, an invalid comparison an error.
std::string runs_junit(const RunComparison& comparison);

/// One self-contained page: no script, nothing loaded.
std::string runs_html(const RunComparison& comparison);

}  // namespace loadgen::reports
