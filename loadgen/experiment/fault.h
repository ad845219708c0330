// The life of a fault, from its `at` to its revert.
#pragma once

#include "loadgen/experiment/live_run.h"
#include "loadgen/plan/fault.h"

namespace loadgen {

/// How long before it is due workers hear of extra load, and of an edge that moves.
inline constexpr Duration kFaultLead = std::chrono::milliseconds(300);

/// Begins the life of one fault beside the run, as a task of `run.tasks`. To be called when the
/// begin of `during` is settled: for load kFaultLead ahead of it, else when it begins. Until the
/// fault needs nothing of `during` any more it counts in `run.holding`.
///
/// command   wait for `at`, and until what was due in `before` should have been answered (the fault
///           would break it, and `before` would be blamed) → require (non-zero: not_injected) →
///           requested → inject (non-zero: not_injected) → confirm, polled → wait for `duration`
///           or the planned end of `during` → revert → recovered, polled (without a revert hook
///           from inject on)
/// load      the window is told to the workers ahead; requested and confirmed at its first,
///           reverted at its last instant
/// external  requested at `at`, reverted after `wait`, done by somebody else
///
/// When the run is stopped: what is not yet requested never will be; what is gets its revert hook
/// at once, whatever inject was doing. A revert hook is never killed but at its own timeout.
void begin_fault(LiveRun& run, const Fault& fault);

// What `begin_fault` consists of, for a run that is taken up again:

/// Marks that the fault was not injected, and why; the user is told at the end.
void not_injected(LiveRun& run, const Fault& fault, const std::string& why);

/// Adds the window of a load fault, cut off at the planned end of `during`, to `run.windows`; the
/// workers hear of it by `run.tell_until`.
LoadWindow begin_load(LiveRun& run, const Fault& fault, RunOffset from, RunOffset planned_end);
/// Waits until the window is over, or the run is stopped, and marks its end.
boost::asio::awaitable<void> end_load(LiveRun& run, const Fault& fault, LoadWindow window);

/// Runs the revert hook, and marks what came of it. Never throws: what goes wrong is a mark and a
/// finding.
boost::asio::awaitable<void> revert_fault(LiveRun& run, const Fault& fault, RunOffset requested);

}  // namespace loadgen
