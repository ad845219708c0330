// What the coroutines of one run share while it is going on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/cluster/coordinator.h"
#include "loadgen/experiment/hooks.h"
#include "loadgen/experiment/stop_signal.h"
#include "loadgen/experiment/tasks.h"
#include "loadgen/experiment/timeline.h"
#include "loadgen/experiment/variables.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

/// Owned by `conduct`, which outlives every coroutine that refers to it. One thread: that of the
/// coordinator's io_context.
struct LiveRun {
  const Scenario& scenario;
  Coordinator& coordinator;
  StopSignal& stop;
  Tasks& tasks;  // everything that runs beside the phases
  Timeline timeline;
  bool force = false;  // --force: a refusing gate does not keep faults from being injected
  HookScene scene{};
  std::string phase = "preflight";      // for LOADGEN_PHASE
  std::vector<LoadWindow> windows{};    // of load faults, those that are settled
  std::uint32_t holding = 0;            // faults that `during` waits for
  bool not_injected = false;            // some fault
  bool not_reverted = false;            // some fault
  std::vector<std::string> findings{};  // what the user must know at the end, redacted

  /// Waits until a run offset; false when the run is stopped (or at `wake`).
  boost::asio::awaitable<bool> sleep_until(RunOffset offset, Urgency wake = Urgency::stop);

  /// These write to the journal. A journal that can't be written stops the run and is no exception
  /// here: faults must be reverted nevertheless. Detail and problem are redacted.
  void mark(Mark mark);
  void mark(const Fault& fault, RunOffset at, const char* kind, std::string detail);
  void journal(const HookEnd& end);
  void observe(const Observation& observation);
  void server_sample(ServerSample sample);

  /// Tells the workers how far the plan reaches.
  void tell_until();
  HookCall call(const Fault& fault, std::string_view hook, WakeOn kill_on) const;
};

}  // namespace loadgen
