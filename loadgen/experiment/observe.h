// Observers: numbers from anywhere, drawn beside the latency.
#pragma once

#include <optional>
#include <string_view>

#include "loadgen/experiment/live_run.h"

namespace loadgen {

/// The number that a command printed: one number with white space around it. Nothing for anything
/// else, infinities and NaN included. Pure.
std::optional<double> parse_observation(std::string_view text);

/// Begins one task for each observer and group: the command runs at every multiple of its `every`
/// (those that fall due while it still runs are left out), for at most `every`, at least 1 s. A
/// failure is an observation without value; the first of a row of failures is journalled as a hook
/// run, too. Ends when the run does.
void begin_observers(LiveRun& run);

}  // namespace loadgen
