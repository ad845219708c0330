// How the clients of a driver take errors, and what they say in the end.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "loadgen/core/outcome.h"
#include "loadgen/core/units.h"
#include "pgbench_mode/message.h"

namespace loadgen::pgbench {

/// What is the same for all clients of a driver.
struct ClientRules {
  std::uint32_t max_tries = 1;            // 0: any number
  std::optional<Duration> latency_limit;  // no try begins later than this after the intended time
  // pgbench's clients end with their first error; a scenario's go on.
  bool leave_after_sql_error = false;     // but for serialization failures and deadlocks
  bool leave_after_script_error = false;  // of a meta command, \gset without its row
  bool verbose = false;                   // pgbench's --verbose-errors
  /// Messages in pgbench's words, and what debug() prints, a whole line. Empty: nobody asks. Engine
  /// thread.
  std::function<void(const MessageLine&)> say;
  std::function<void(const std::string&)> debug;
};

/// How a ticket ended.
struct Verdict {
  Outcome outcome = Outcome::ok;
  std::string problem;  // empty when ok
  Instant done{};       // when it was known
  bool lost = false;    // the connection is of no more use
  bool leaves = false;  // the client takes no more tickets
};

}  // namespace loadgen::pgbench
