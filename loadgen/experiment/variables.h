// The variables of the groups, those from commands included, and the secrets among them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "loadgen/experiment/stop_signal.h"
#include "loadgen/plan/scenario.h"
#include "loadgen/plan/template.h"

namespace loadgen {

/// What the commands of one run share: hooks, observers, variables.
struct HookScene {
  std::string run_id;
  std::filesystem::path directory;   // the scenario file's; where every command runs
  std::vector<Variables> variables;  // by group, in the scenario's order
  std::vector<std::string> secrets;  // what may stand in no output
};

/// How long the command of a variable may take.
inline constexpr Duration kVariableTimeout = std::chrono::seconds(60);

/// Where the commands of a scenario run: its file's directory, absolute. Without a file: ours.
std::filesystem::path directory_of(const std::string& scenario_path);

/// Resolves the variables of one group: literals as they are; a command's is its stdout (at most
/// 64 KB) without the newlines at its end. New secrets are added to `secrets`. Throws UserError
/// naming group, variable and what went wrong; an interrupted one with ExitCode::interrupted.
boost::asio::awaitable<Variables> resolve_group(const Group& group, HookScene& scene, WakeOn wake);

/// Resolves all groups into `scene`, one command after the other. The scenario's own secrets are
/// taken over. Throws as above.
boost::asio::awaitable<void> resolve_variables(const Scenario& scenario, HookScene& scene,
                                               WakeOn wake);

}  // namespace loadgen
