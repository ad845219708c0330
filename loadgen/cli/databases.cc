#include "loadgen/cli/databases.h"

#include <algorithm>
#include <ostream>
#include <sstream>

#include "loadgen/core/error.h"
#include "loadgen/plan/redact.h"
#include "pgbench_mode/initialise.h"
#include "pgbench_mode/ledger_table.h"
#include "pgbench_mode/login.h"
#include "pgbench_mode/message.h"
#include "pgbench_mode/preparation.h"
#include "pgbench_mode/statements.h"

namespace loadgen {
namespace {

constexpr std::chrono::seconds kConnectLimit{10}, kStatementLimit{30};

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

/// The table that write probes leave their rows in, empty.
void make_probe_table(const Group& group) {
  try {
    pgbench::Login login;
    login.database = group.dsn;
    pgbench::Statements statements(pgbench::conninfo_text(login), kConnectLimit,
                                   [](const std::string&) {});
    statements.create("CREATE TABLE IF NOT EXISTS loadgen_probe (at timestamptz DEFAULT now())",
                      kStatementLimit);
    statements.run("TRUNCATE loadgen_probe", kStatementLimit);
  } catch (const pgbench::StatementError& failure) {
    throw UserError("can't make the table loadgen_probe: " + failure.message());
  }
}

void make_ledger(const Group& group) {
  try {
    pgbench::make_ledger(group.dsn);
  } catch (const pgbench::StatementError& failure) {
    throw UserError("can't write to the table loadgen_ledger, which audit needs: " +
                    failure.message());
  }
}

}  // namespace

void prepare_databases(const Scenario& scenario, std::ostream& err) {
  for (const Workload& workload : scenario.workloads) {
    const bool probed = workload.pgbench.probe_writes.per_second > 0;
    const bool wanted = workload.pgbench.init != "never" || probed || workload.pgbench.audit;
    if (workload.kind != WorkloadKind::pgbench || !wanted) continue;
    for (const Group& group : scenario.groups) {
      try {
        if (workload.pgbench.init != "never") prepare(group, workload, err);
        if (probed) make_probe_table(group);
        if (workload.pgbench.audit) make_ledger(group);
      } catch (const UserError& why) {
        throw UserError(
            redact(group.name + ", " + workload.name + ": " + why.what(), scenario.secrets),
            ExitCode::preflight_failed);
      }
    }
  }
}

}  // namespace loadgen
