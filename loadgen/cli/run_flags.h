// What `loadgen run` and `loadgen coordinator` have in common: their flags, and what follows a run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/cli/execute.h"

namespace CLI {
class App;
}

namespace loadgen {

/// As typed; empty or 0 means not given.
struct RunFlags {
  std::string scenario, out, progress = "auto";
  std::string degraded = "fail", inconclusive = "fail";
  std::optional<std::uint64_t> seed;
  std::vector<std::string> overrides;
  bool force = false, no_preflight = false, exit_zero = false;
};

/// Adds SCENARIO and the flags but --out and --workers. `flags` must outlive `command`.
void add_run_flags(CLI::App& command, RunFlags& flags);

/// Reads the scenario. The directory of results is --out, else outputs.dir with ${name} and
/// ${start} filled in; it may hold no run when `fresh`. Throws UserError.
Execution execution_of(const RunFlags& flags, bool fresh);

/// Runs it, writes result and reports into its directory, prints the summary.
ExitCode execute_and_report(const Execution& execution, const RunFlags& flags);

}  // namespace loadgen
