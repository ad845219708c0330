// `pgbench -i`: creates and fills pgbench's tables, with pgbench's messages.
#pragma once

#include <chrono>
#include <iosfwd>

#include "pgbench_mode/initialise_steps.h"
#include "pgbench_mode/login.h"

namespace loadgen::pgbench {

/// How long one thing may take before the server is given up. Generous: a statement that is slow
/// must end, and one that will never end must not hold a script for ever.
struct InitialiseLimits {
  std::chrono::milliseconds statement{std::chrono::minutes(10)};
  std::chrono::milliseconds statement_per_scale{10000};  ///< and this for each unit of the scale
  std::chrono::milliseconds copy_stalled{std::chrono::minutes(10)};  ///< no byte taken meanwhile
};

struct InitialiseRun {
  InitialiseOptions options = {};
  ConnectOptions connect = {};
  InitialiseLimits limits = {};
};

/// Runs the steps in their order and says on `err` what pgbench says; on a terminal
/// (`on_terminal`) the progress of the COPY stays on one line. Throws Fatal as pgbench ends with
/// exit code 1: no connection ("could not create connection for initialization"), a statement that
/// failed ("query failed: …", "Query was: …"), a COPY that broke. What the finished steps did
/// stays. A password that was asked for is kept in `login`. Blocks, each wait with its limit.
void initialise(Login& login, const InitialiseRun& run, std::ostream& err, bool on_terminal);

}  // namespace loadgen::pgbench
