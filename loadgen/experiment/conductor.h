// The conductor: leads a run from its variables to its last record.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/cluster/coordinator.h"
#include "loadgen/core/error.h"
#include "loadgen/drive/driver.h"
#include "loadgen/experiment/server_watch.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

struct ConductOptions {
  std::string run_id;
  ServerWatch servers{};  // may be empty: no server is looked at
  /// What the workers get; `variables` and `secrets` are filled in here. Without `preflight`
  /// neither workers nor `require` hooks are asked beforehand.
  Assign assign;
  bool force = false;           // --force: inject although the gate refuses
  bool preflight_only = false;  // stop where load would begin; nothing is journalled
  /// Goes on with the journal of a coordinator that died: see resume.h.
  bool resume = false;
  /// How drivers are made: the tickets of a lost worker are found by asking them. Empty: only those
  /// are told that it had reported.
  DriverFactory driver{};
  /// ending_signals() are listened for while it lasts; after it, they are noted.
  bool signals = true;
};

/// How a run ended. The journal tells the rest.
struct ConductEnd {
  bool started = false;  // the journal exists, load was sent
  bool aborted = false;
  std::string reason;  // why it was aborted, or why it did not start
  /// 14, 15, 16 or 130 when that decides; in the order of contract.md 2 the others (13, 10 …) are
  /// the analysis' to tell, and 16, 15 and 130 go before them.
  std::optional<ExitCode> forced_exit;
  bool skip_report = false;           // Ctrl-C twice
  std::vector<std::string> findings;  // to be printed: problems, commands to run by hand
};

/// Runs the experiment:
///   variables → require hooks → arm → start → [warmup] → before → gate → during, with its faults
///   → after → drain → end
/// or, resumed, from where the journal ends.
/// An abort (the first signal, an abort rule, a worker or the disk in trouble) stops the
/// load and reverts what is applied; a second signal waits for nothing but the reverts. Every fault
/// that was requested is reverted before this returns or throws.
/// Scenario and coordinator outlive the call; the coordinator has its workers and is not started.
/// The coroutine must run on the coordinator's io_context and be run to its end. Throws UserError
/// for variables that can't be had and a run directory that is in use; anything else thrown is an
/// internal error.
boost::asio::awaitable<ConductEnd> conduct(const Scenario& scenario, Coordinator& coordinator,
                                           ConductOptions options);

}  // namespace loadgen
