// [capacity] and --find-max: runs at rising loads until the highest is known at which the limits
// hold.
#pragma once

#include "loadgen/cli/execute.h"

namespace loadgen {

/// Runs the search that execution.scenario.capacity asks for, each step as a run of its own under
/// `execution.directory`/steps. Prints a line per step on stderr, unless progress is none.
/// The result is that of the highest load that held (of the lowest that was tried when none did),
/// with `capacity`. Blocks. Throws as `execute` does.
Executed find_max(const Execution& execution);

}  // namespace loadgen
