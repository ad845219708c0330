// What pgbench does on a connection of its own before the load: says the versions, reads the scale
// of its tables, vacuums them.
#pragma once

#include <iosfwd>
#include <string>

#include "pgbench_mode/invocation.h"
#include "pgbench_mode/login.h"

namespace loadgen::pgbench {

struct Preparation {
  /// For the load: as the login says it, every host by its name, so that a connection that is made
  /// later may go elsewhere; the password included.
  std::string conninfo = {};
  std::string server_version = {};  ///< "15.20 (Debian 15.20-0+deb12u1)"
  int scale = 1;                    ///< of the tables when a built-in script runs, else -s
  PartitionMethod partition_method = PartitionMethod::none;
  int partitions = 0;
};

/// Where pgbench speaks, and as whom.
struct PreparationTalk {
  std::string program = "pgbench";
  std::string version = {};  ///< ours, for the banner
  std::ostream& out;
  std::ostream& err;
};

/// Connects once, prints the banner on `out`, then warnings and "starting vacuum...end." on `err`.
/// A vacuum that fails is told and passed over, as in pgbench. Throws Fatal: no connection ("could
/// not create connection for setup"), no tables for a built-in script. A password that was asked
/// for is kept in the invocation's login. Blocks; each wait has a limit.
Preparation prepare_run(Invocation& invocation, const ConnectOptions& connect,
                        const PreparationTalk& talk);

}  // namespace loadgen::pgbench
