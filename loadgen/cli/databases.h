// Makes the databases of pgbench workloads ready before a run.
#pragma once

#include <iosfwd>

#include "loadgen/plan/scenario.h"

namespace loadgen {

/// What each pgbench workload's `init` asks for, in every group: create the tables; or verify that
/// they are there with the right scale and vacuum them, as pgbench does before a run; or nothing.
/// Whatever it says, the tables of probes and of the ledger are made where they are missing.
/// Says on `err` what it does. Scripts that are not built in may need other tables: with only
/// those, `verify` does nothing. Throws UserError (exit code 14) that names group and workload.
/// Blocks; each wait has a limit.
void prepare_databases(const Scenario& scenario, std::ostream& err);

}  // namespace loadgen
