// What watches over a run: abort rules, and workers or a disk in trouble.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loadgen/analysis/abort.h"
#include "loadgen/experiment/live_run.h"

namespace loadgen {

/// Begins the watch as a task of the run. Four times a second it looks at the coordinator; trouble,
/// and an abort rule that fires on what the workers reported of the latest seconds, stop the run. A
/// rule leaves an "abort" mark with its text and group. Rules look at seconds from `before` on:
/// warm-up is sent, never judged.
void begin_guard(LiveRun& run);

/// Whether the rule's condition held for as long as it asks at any moment in `seconds`
/// (consecutive, the last one the newest), not only in the newest ones: of a system that hangs only
/// the seconds before the timeout are known to be bad. Returns what was seen, the latest first.
/// Pure.
std::optional<std::string> fired_lately(const AbortRule& rule,
                                        const std::vector<AbortSecond>& seconds);

}  // namespace loadgen
