#include "loadgen/cli/servers.h"

#include <doctest/doctest.h>

#include <sstream>
#include <thread>

#include "loadgen/core/error.h"
#include "tests/pgbench_mode/postgres_cluster.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

Scenario scenario_with(std::vector<Node> nodes) {
  Scenario scenario;
  Group group;
  group.name = "control";
  group.dsn = test::PostgresCluster::shared().by_socket();
  group.nodes = std::move(nodes);
  scenario.groups = {group};
  Workload workload;
  workload.kind = WorkloadKind::pgbench;
  scenario.workloads = {workload};
  return scenario;
}

std::string said_of(const Scenario& scenario) {
  std::ostringstream err;
  check_servers(scenario, err);
  return err.str();
}

TEST_CASE("servers: well, gone, and not allowed to see") {
  test::PostgresCluster& cluster = test::PostgresCluster::shared();
  CHECK(said_of(scenario_with({})) == "");
  CHECK(said_of(scenario_with({{"pg-0", cluster.by_tcp()}})) == "");
  const std::string gone =
      said_of(scenario_with({{"pg-0", cluster.by_tcp()}, {"pg-1", "host=127.0.0.1 port=1"}}));
  CHECK(gone.rfind("loadgen: warning: control, server pg-1 can't be sampled now: ", 0) == 0);
  CHECK(gone.find("Connection refused") != std::string::npos);
  CHECK(gone.find("pg-0") == std::string::npos);
}

TEST_CASE("servers: a connection string that can't be read ends the run before it begins") {
  Scenario scenario = scenario_with({{"pg-0", "hidden-word=1"}});
  scenario.secrets = {"hidden-word=1", "hidden-word"};
  try {
    said_of(scenario);
    FAIL("accepted");
  } catch (const UserError& error) {
    CHECK(error.code() == ExitCode::preflight_failed);
    CHECK(std::string(error.what()) == "control, node pg-0: invalid connection option \"***\"");
  }
}

TEST_CASE("servers: looked at until the run ends") {
  Scenario nothing = scenario_with({});
  nothing.workloads.clear();
  CHECK_FALSE(watch_of(nothing).begin);
  const ServerWatch watch = watch_of(scenario_with({}));
  REQUIRE(watch.begin);
  watch.begin(Clock::now() - 1s);
  std::vector<ServerSample> samples;
  const Instant give_up = Clock::now() + 20s;
  while (samples.empty() && Clock::now() < give_up) {
    samples = watch.take();
    std::this_thread::sleep_for(1ms);
  }
  REQUIRE(samples.size() == 1);
  CHECK(samples[0].group == "control");
  CHECK(samples[0].problem == "");
  watch.end();
  CHECK(watch.end().empty());
}

}  // namespace
}  // namespace loadgen
