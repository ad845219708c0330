// From a run to its result: figures per phase, recovery, checks, verdict.
#pragma once

#include <vector>

#include "loadgen/analysis/run.h"
#include "loadgen/core/error.h"
#include "loadgen/core/result.h"

namespace loadgen {

/// Everything result.json says. Pure: the same run gives the same result, byte for byte. Never
/// throws for data of a readable run.
Result analyse(const Run& run);

/// What the gate goes by.
struct GateJudgement {
  std::vector<CheckResult> checks;  // those with `gate = true`
  Steadiness steadiness;
};

/// The gate's checks (`gate = true` on phase `before`) and the steadiness of every group, judged
/// over seconds [from, to) as the report will judge them. Tickets that are still open are left out;
/// a check is undecided when they are more than 5 %. Nothing is judged when no such check is
/// declared. Pure.
GateJudgement judge_gate(const Run& run, RunSecond from, RunSecond to);

/// The exit code of a result that was made by a run that ended well (contract.md 2). The command
/// line's switches are applied by the caller.
ExitCode exit_code_of(const Result& result);

/// The exit code of a quick run: as exit_code_of, but a run without checks that says nothing
/// against itself fails when no answer was ok or more than `max_error_rate` (a fraction) were not.
ExitCode quick_exit_code(const Result& result, double max_error_rate);

}  // namespace loadgen
