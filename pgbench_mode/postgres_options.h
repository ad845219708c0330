// What the command line adds to a Postgres driver.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "loadgen/core/outcome.h"
#include "pgbench_mode/flight.h"
#include "pgbench_mode/message.h"
#include "pgbench_mode/script.h"

namespace loadgen::pgbench {

/// What a scenario does not say, and `loadgen pgbench` may.
struct PostgresOptions {
  std::vector<Script> scripts;  // empty: those of the scenario
  // Beyond the scenario's on_error; see ClientRules.
  bool leave_after_sql_error = false, leave_after_script_error = false, verbose = false;
  std::function<void(const MessageLine&)> say;    // see ClientRules; engine thread
  std::function<void(const std::string&)> debug;  // see ClientRules; engine thread
  /// A transaction as it ended, for pgbench's log; empty: nobody asks. Engine thread.
  struct Ended {
    const Flight& flight;
    Outcome outcome;
    int client;  // −1: none took it up
    std::uint64_t tries;
  };
  std::function<void(const Ended&)> ended;
};

}  // namespace loadgen::pgbench
