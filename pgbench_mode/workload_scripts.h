// The scripts of a scenario's pgbench workloads.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "loadgen/plan/scenario.h"
#include "pgbench_mode/ledger_script.h"
#include "pgbench_mode/script.h"

namespace loadgen::pgbench {

/// Reads the scripts of a pgbench workload, in their order; with `audit`, each that writes leaves
/// its row in the ledger. Weights are made whole, as pgbench's are. Throws UserError as
/// file:line:column, and for an audit of scripts of which none writes. Pure.
std::vector<Script> scripts_of(const Workload& workload, const LedgerStamp& stamp = {});

/// What the commands of all scripts are called, as pgbench's -r calls them, by "WORKLOAD/SCRIPT".
/// Throws as scripts_of does. Pure.
std::map<std::string, std::vector<std::string>> statement_names(const Scenario& scenario);

}  // namespace loadgen::pgbench
