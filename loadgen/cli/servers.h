// The Postgres servers that a scenario has sampled: looked at before a run, and beside it.
#pragma once

#include <iosfwd>

#include "loadgen/experiment/server_watch.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

/// Looks once at every server that will be sampled, and says on `err` what will be missed: a server
/// that does not answer, rights that are wanting, a connection pooler. None of it is a reason not
/// to run: a standby that is down now may be the experiment. Throws UserError (exit code 14) for a
/// connection string that can't be read. Blocks for some seconds at most.
void check_servers(const Scenario& scenario, std::ostream& err);

/// What looks at them during the run; empty when there is none.
ServerWatch watch_of(const Scenario& scenario);

}  // namespace loadgen
