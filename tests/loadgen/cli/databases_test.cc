#include "loadgen/cli/databases.h"

#include <doctest/doctest.h>

#include <sstream>

#include "loadgen/core/error.h"
#include "tests/pgbench_mode/postgres_cluster.h"

namespace loadgen {
namespace {

Scenario scenario_with(const std::string& init, std::uint32_t scale) {
  Scenario scenario;
  Group group;
  group.name = "control";
  group.dsn = test::PostgresCluster::shared().by_socket();
  scenario.groups = {group};
  Workload workload;
  workload.name = "pg";
  workload.kind = WorkloadKind::pgbench;
  workload.pgbench.scripts = {{"select-only", 1, std::nullopt}};
  workload.pgbench.init = init;
  workload.pgbench.scale = scale;
  scenario.workloads = {workload};
  return scenario;
}

std::string complaint(const Scenario& scenario) {
  std::ostringstream err;
  try {
    prepare_databases(scenario, err);
  } catch (const UserError& error) {
    CHECK(error.code() == ExitCode::preflight_failed);
    return error.what();
  }
  return "";
}

TEST_CASE("databases: created, verified, left alone") {
  test::PostgresCluster& cluster = test::PostgresCluster::shared();
  cluster.sql(
      "DROP TABLE IF EXISTS pgbench_accounts, pgbench_branches, pgbench_tellers, "
      "pgbench_history");
  CHECK(complaint(scenario_with("never", 1)) == "");
  CHECK(complaint(scenario_with("verify", 1)).rfind("control, pg: ", 0) == 0);
  CHECK(complaint(scenario_with("create", 1)) == "");
  CHECK(cluster.sql("SELECT count(*) FROM pgbench_accounts") == "100000");
  CHECK(complaint(scenario_with("verify", 1)) == "");
  const std::string wrong = complaint(scenario_with("verify", 7));
  CAPTURE(wrong);
  CHECK(wrong.find("its tables have scale 1, not 7") != std::string::npos);
}

TEST_CASE("databases: scripts of one's own may need other tables") {
  test::PostgresCluster& cluster = test::PostgresCluster::shared();
  cluster.sql(
      "DROP TABLE IF EXISTS pgbench_accounts, pgbench_branches, pgbench_tellers, "
      "pgbench_history");
  Scenario scenario = scenario_with("verify", 1);
  scenario.workloads[0].pgbench.scripts = {{"mine.sql", 1, "SELECT 1;"}};
  CHECK(complaint(scenario) == "");
}

TEST_CASE("databases: one that is not there") {
  Scenario scenario = scenario_with("verify", 1);
  scenario.groups[0].dsn = "host=127.0.0.1 port=1 password=hidden-word";
  scenario.secrets = {"hidden-word"};
  const std::string said = complaint(scenario);
  CAPTURE(said);
  CHECK(said.find("Connection refused") != std::string::npos);
  CHECK(said.find("hidden-word") == std::string::npos);
}

}  // namespace
}  // namespace loadgen
