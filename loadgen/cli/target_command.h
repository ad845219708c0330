// `loadgen target`: the scripted server from the command line.
#pragma once

#include <string_view>

#include "loadgen/cli/target.h"
#include "loadgen/core/error.h"

namespace CLI {
class App;
}

namespace loadgen {

/// Adds the subcommand. When it is chosen, it serves until SIGINT or SIGTERM, writes its log, and
/// sets `exit_code`. Throws UserError from its callback. `exit_code` must outlive `app`.
void add_target(CLI::App& app, ExitCode& exit_code);

/// "127.0.0.1:8080", "[::1]:8080", ":8080" or "8080" into host and port. Throws UserError. Pure.
void parse_listen(std::string_view text, TargetOptions& options);
/// "exp:10ms" or "uniform:10ms"; a bare "exp" or "uniform" takes 10 ms. Throws UserError. Pure.
void parse_jitter(std::string_view text, TargetOptions& options);

}  // namespace loadgen
