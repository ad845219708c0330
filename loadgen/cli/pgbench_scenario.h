// `loadgen pgbench`: the scenario that says what a pgbench command line says.
#pragma once

#include <map>
#include <string>

#include "pgbench_mode/invocation.h"

namespace loadgen {

/// The variable of the environment that the scenario takes its connection string from: a password
/// must stand in no file.
inline constexpr const char* kPgbenchDsn = "LOADGEN_PGBENCH_DSN";

/// What runs: the TOML of a scenario with one group `target` and one workload `pgbench`. Its
/// scripts are named as they were on the command line, numbered when a name comes twice.
/// files: gets the text of each script that is no built-in one, by that name. Pure.
std::string pgbench_scenario(const pgbench::Invocation& invocation,
                             const std::map<std::string, std::string>& texts,
                             std::map<std::string, std::string>& files);

}  // namespace loadgen
