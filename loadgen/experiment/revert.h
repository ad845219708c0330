// `loadgen revert DIR`: lifts the faults that a run left behind.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "loadgen/core/error.h"
#include "loadgen/core/run_record.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

/// Names of the faults that were requested and have not been reverted since, in the order of their
/// requests. One that was being injected when the marks end is among them. Pure.
std::vector<std::string> applied_faults(const std::vector<Mark>& marks);

/// What was done, a sentence for each fault that was applied, and how to exit: 0, or 16 when a
/// revert failed (its sentence then holds the command to run by hand).
struct RevertReport {
  std::vector<std::string> lines;
  ExitCode exit = ExitCode::pass;
};

/// Runs the revert hook of every fault that the journal in `directory` says is still applied, and
/// nothing else, and appends what happened to the journal. `${NAME}`s and commands of variables
/// are resolved anew, in the present environment. Throws UserError when there is no journal, the
/// run is still going on, or its scenario can't be read. Blocks; SIGINT and SIGTERM are the
/// caller's business. Any thread.
RevertReport revert_applied(const std::filesystem::path& directory);

}  // namespace loadgen
