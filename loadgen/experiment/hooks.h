// The hooks of a fault: require, inject, confirm, recovered, revert.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/core/run_record.h"
#include "loadgen/experiment/process.h"
#include "loadgen/experiment/stop_signal.h"
#include "loadgen/experiment/variables.h"
#include "loadgen/plan/fault.h"

namespace loadgen {

/// Which hook to run, for whom, and when it is given up. Fault and variables outlive the call.
struct HookCall {
  const Fault& fault;
  std::string_view hook;       // a literal: "require" …
  const Variables& variables;  // of the fault's group
  std::string phase;           // LOADGEN_PHASE: "preflight", "before", "during" …
  WakeOn kill_on;
};

/// A hook's end. The record's instants are not set: see `record_of`.
struct HookEnd {
  HookRun run;
  Instant started{}, ended{};
  ProcessEnd end;
  bool ok() const { return end.ok(); }
};

/// The argv of a hook as the scenario has it; empty = there is none. Asserts that the name is one.
const std::vector<std::string>& hook_argv(const Fault& fault, std::string_view hook);

/// Runs a hook once, with its $variables filled in and LOADGEN_RUN_ID, LOADGEN_GROUP,
/// LOADGEN_FAULT and LOADGEN_PHASE in its environment, for at most the fault's timeout. Secrets
/// are redacted in what is returned. Throws UserError for an unknown $variable.
boost::asio::awaitable<HookEnd> run_hook(const HookScene& scene, HookCall call);

/// Runs a hook each second (or as often as it comes back, if that is slower) until it exits 0, or
/// until `give_up`, or until `kill_on` is raised; at least once. The last run is returned, with the
/// number of attempts.
boost::asio::awaitable<HookEnd> poll_hook(const HookScene& scene, HookCall call, Instant give_up);

/// The record for the journal of a run whose offset 0 is at `zero`.
HookRun record_of(const HookEnd& end, Instant zero);

/// A line for a POSIX shell that does what the hook would do, secrets as ***. Pure.
std::string by_hand(const HookScene& scene, const HookCall& call);

/// "exit code 3: last line of output", for messages and marks. One line, at most 300 bytes.
std::string what_happened(const HookEnd& end, const Fault& fault);

/// The last whole lines of at most `limit` bytes of `text`, as valid UTF-8. Pure.
std::string last_lines(std::string_view text, std::size_t limit);

}  // namespace loadgen
