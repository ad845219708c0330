// Which servers a scenario has looked at.
#pragma once

#include <vector>

#include "loadgen/plan/scenario.h"
#include "pgbench_mode/server_view.h"

namespace loadgen::pgbench {

/// The `nodes` of each group; without any, each host of its `dsn`, when the scenario has a pgbench
/// workload. Throws UserError, naming group and node, for a connection string that can't be read or
/// that names several hosts for one node.
std::vector<SampledServer> sampled_servers(const Scenario& scenario);

/// Each host of a group's `dsn`. Throws UserError as above.
std::vector<SampledServer> hosts_of(const Group& group);

}  // namespace loadgen::pgbench
