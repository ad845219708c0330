// The subcommands: each adds itself to the command line, and runs from its callback when it was
// chosen.
#pragma once

#include <string>
#include <vector>

#include "loadgen/core/error.h"

namespace CLI {
class App;
}

namespace loadgen {

/// The words of the command line (without the program's name) in the order in which CLI11 takes
/// them, which is from the back. The `--` between the runs that `compare` compares, which CLI11
/// would drop, becomes an option.
std::vector<std::string> for_parsing(std::vector<std::string> arguments);

/// Each sets `exit_code`, which must outlive `app`. Their callbacks throw UserError; anything else
/// thrown is an internal error.
void add_run(CLI::App& app, ExitCode& exit_code);
void add_coordinator(CLI::App& app, ExitCode& exit_code);
void add_worker(CLI::App& app, ExitCode& exit_code);
void add_http(CLI::App& app, ExitCode& exit_code);
void add_init(CLI::App& app, ExitCode& exit_code);
void add_validate(CLI::App& app, ExitCode& exit_code);
void add_plan(CLI::App& app, ExitCode& exit_code);
void add_report(CLI::App& app, ExitCode& exit_code);
void add_audit(CLI::App& app, ExitCode& exit_code);
void add_revert(CLI::App& app, ExitCode& exit_code);
void add_compare(CLI::App& app, ExitCode& exit_code);
void add_baseline(CLI::App& app, ExitCode& exit_code);
void add_aa(CLI::App& app, ExitCode& exit_code);
void add_selftest(CLI::App& app, ExitCode& exit_code);
void add_schema(CLI::App& app, ExitCode& exit_code);
void add_completion(CLI::App& app, ExitCode& exit_code);

}  // namespace loadgen
