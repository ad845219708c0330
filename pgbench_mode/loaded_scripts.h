// The scripts of a workload, made ready to be run by every client of a driver.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "pgbench_mode/connect_attempt.h"
#include "pgbench_mode/script.h"
#include "pgbench_mode/sql_effect.h"

namespace loadgen::pgbench {

/// pgbench's -M.
enum class QueryMode : std::uint8_t { simple, extended, prepared };

struct LoadedScript {
  /// What goes with a command; by its place in the script.
  struct Beside {
    SqlEffect effect;
    std::size_t prepared = 0;      // number of its prepared statement
    std::size_t pipeline_end = 0;  // start_pipeline: where its end is, or the end of the script
  };
  Script script;
  std::size_t number = 0;  // as pgbench's messages count it
  std::vector<Beside> beside;
};

/// Const once made. Throws ScriptError or UserError for what can't be run.
struct LoadedScripts {
  LoadedScripts(std::vector<Script> its_scripts, QueryMode its_mode);

  QueryMode mode;
  std::vector<LoadedScript> scripts;
  std::vector<ConnectWishes::Prepared> prepared;  // mode prepared: all statements of all scripts
  std::int64_t total_weight = 0;
  bool ledger = false;  // a command of theirs is the ledger's

  /// The script for a number drawn from [0, total_weight).
  std::uint16_t by_weight(std::int64_t drawn) const;
};

}  // namespace loadgen::pgbench
