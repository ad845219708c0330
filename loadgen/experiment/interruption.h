// Ctrl-C, SIGTERM and SIGHUP where no run listens for them: while its results are made.
#pragma once

#include <vector>

namespace loadgen {

/// What ends loadgen: SIGINT, SIGTERM, and SIGHUP unless that is ignored (`nohup`).
std::vector<int> ending_signals();

/// From now on the first of these signals is noted, and whoever waits for something gives that up;
/// the results are still written. The second one ends the process at once with exit code 130. Holds
/// until another handler is installed. Any thread.
void note_interruptions();

/// Whether one was noted since the process started. Any thread.
bool interruption_noted();

}  // namespace loadgen
