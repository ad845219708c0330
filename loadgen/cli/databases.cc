#include "loadgen/cli/databases.h"

#include <algorithm>
#include <ostream>
#include <sstream>

#include "loadgen/core/error.h"
#include "loadgen/plan/redact.h"
#include "pgbench_mode/initialise.h"
#include "pgbench_mode/message.h"
#include "pgbench_mode/preparation.h"

namespace loadgen {
namespace {

/// pgbench's notices go where nobody looks unless they tell why it failed.
void verify(const Workload& workload, pgbench::Invocation& invocation) {
  std::ostringstream said;
  const pgbench::Preparation found =
      pgbench::prepare_run(invocation, {}, {"pgbench", "", said, said});
  if (found.scale != static_cast<int>(workload.pgbench.scale)) {
    throw UserError("its tables have scale " + std::to_string(found.scale) + ", not " +
                    std::to_string(workload.pgbench.scale) +
                    "; correct `scale`, or let init = \"create\" make them anew");
  }
}

void create(const Workload& workload, pgbench::Login& login, std::ostream& err) {
  pgbench::InitialiseRun run;
  run.options.scale = static_cast<int>(workload.pgbench.scale);
  run.options.quiet = true;
  std::ostringstream said;
  pgbench::initialise(login, run, said, false);
  err << "tables of scale " << run.options.scale << " created" << std::endl;
}

void prepare(const Group& group, const Workload& workload, std::ostream& err) {
  const PgbenchPart& pgbench = workload.pgbench;
  pgbench::Invocation invocation;
  invocation.login.database = group.dsn;
  invocation.login.application = "loadgen";
  invocation.builtin_used = true;
  if (pgbench.init == "create") {
    err << "loadgen: " << group.name << ", " << workload.name << ": " << std::flush;
    return create(workload, invocation.login, err);
  }
  const bool builtin =
      std::any_of(pgbench.scripts.begin(), pgbench.scripts.end(),
                  [](const ScriptChoice& choice) { return !choice.text.has_value(); });
  if (builtin) verify(workload, invocation);
}

}  // namespace

void prepare_databases(const Scenario& scenario, std::ostream& err) {
  for (const Workload& workload : scenario.workloads) {
    if (workload.kind != WorkloadKind::pgbench || workload.pgbench.init == "never") continue;
    for (const Group& group : scenario.groups) {
      try {
        prepare(group, workload, err);
      } catch (const UserError& why) {
        throw UserError(
            redact(group.name + ", " + workload.name + ": " + why.what(), scenario.secrets),
            ExitCode::preflight_failed);
      }
    }
  }
}

}  // namespace loadgen
