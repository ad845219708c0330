// A worker process, from dialling its coordinator to its exit. What is said, and what
// it does when the coordinator is silent or gone: PROTOCOL.md.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "loadgen/cluster/running_totals.h"
#include "loadgen/core/error.h"
#include "loadgen/core/units.h"
#include "loadgen/drive/driver.h"

namespace loadgen {

struct WorkerProcessOptions {
  std::string host;
  std::uint16_t port = 0;
  std::string token;
  std::string tls_ca;                  // a file; empty: no TLS
  std::filesystem::path spool;         // the directory; it must exist
  std::optional<std::uint32_t> index;  // the worker that it is to be; none: the coordinator says
  std::string version, commit;         // ours
  std::string hostname;
  /// For a first connection; as long as workers are waited for, unless the scenario says otherwise.
  Duration join_within = std::chrono::seconds(120);
  /// How long what is left to deliver is tried to be delivered, when the plan is over.
  Duration deliver_within = std::chrono::seconds(30);
  /// Told what people should know.
  std::function<void(const std::string&)> say = [](const std::string&) {};
  RunningTotals* totals = nullptr;  // counted into, when somebody asks for them
};

/// Works for a coordinator until it is done. Engine threads are made as shares are assigned. SIGINT
/// and SIGTERM end it: the coordinator is told, and what was measured is delivered.
///
/// pass              everything that was measured stands in the coordinator's journal
/// usage             the token, the certificate or the address is wrong
/// invalid           something could not be delivered (its spool is left, and said), or its place
///                   was taken by another process
/// preflight_failed  it did not come to a run: nobody there, refused, or the run did not start
/// interrupted       by a signal
///
/// Blocks. Throws UserError for files that can't be used.
ExitCode run_worker_process(const WorkerProcessOptions& options, const DriverFactory& factory);

}  // namespace loadgen
