#include "pgbench_mode/sampled_servers.h"

#include <doctest/doctest.h>

#include <string>

#include "loadgen/core/error.h"

using namespace loadgen;
using namespace loadgen::pgbench;

namespace {

Scenario scenario_with(const std::string& dsn, WorkloadKind kind = WorkloadKind::pgbench) {
  Scenario scenario;
  Group group;
  group.name = "g";
  group.dsn = dsn;
  scenario.groups = {group};
  Workload workload;
  workload.kind = kind;
  scenario.workloads = {workload};
  return scenario;
}

/// "g/db1:5432 g/db2:5432".
std::string names(const Scenario& scenario) {
  std::string text;
  for (const SampledServer& server : sampled_servers(scenario))
    text += (text.empty() ? "" : " ") + server.group + "/" + server.node;
  return text;
}

bool says(const std::string& conninfo, const std::string& setting) {
  return (" " + conninfo + " ").find(" " + setting + " ") != std::string::npos;
}

}  // namespace

TEST_CASE("without nodes each host of the dsn is sampled, when there is load on it") {
  struct Row {
    const char* why;
    const char* dsn;
    const char* names;
  };
  const Row rows[] = {
      {"one host", "host=db1 port=5432 dbname=b", "g/db1:5432"},
      {"a failover pair", "host=db1,db2 port=5432 target_session_attrs=read-write",
       "g/db1:5432 g/db2:5432"},
      {"a URI of two", "postgresql://u:p@db1:1,db2:2/b", "g/db1:1 g/db2:2"},
      {"a socket's directory", "host=/tmp/x port=5433", "g//tmp/x:5433"},
      {"addresses only", "hostaddr=10.0.0.1,10.0.0.2 port=1", "g/10.0.0.1:1 g/10.0.0.2:1"},
      {"the same one twice", "host=db1,db1 port=1", "g/db1:1"},
      {"a service that says where", "service=here", "g/dsn"},
      {"no dsn", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(names(scenario_with(row.dsn)) == row.names);
    CHECK(names(scenario_with(row.dsn, WorkloadKind::http)) == "");
  }
}

TEST_CASE("each is looked at as it is, whatever its role, by a name of our own") {
  const auto servers = sampled_servers(
      scenario_with("host=db1,db2 port=5432 user=u password='it\\'s' dbname=b connect_timeout=60 "
                    "target_session_attrs=read-write application_name=load"));
  REQUIRE(servers.size() == 2);
  const std::string& second = servers[1].conninfo;
  CAPTURE(second);
  CHECK(says(second, "host='db2'"));
  CHECK(says(second, "port='5432'"));
  CHECK(says(second, "dbname='b'"));
  CHECK(second.find("db1") == std::string::npos);
  CHECK(second.find("connect_timeout") == std::string::npos);
  CHECK(says(second, "target_session_attrs='any'"));
  CHECK(second.find("read-write") == std::string::npos);
  CHECK(second.rfind("application_name='loadgen samples'") > second.find("'load'"));
}

TEST_CASE("nodes stand for the dsn, whatever the workloads are") {
  Scenario scenario = scenario_with("host=pooler", WorkloadKind::http);
  scenario.groups[0].nodes = {{"pg-0", "host=db1"}, {"pg-1", "postgresql://db2/"}};
  CHECK(names(scenario) == "g/pg-0 g/pg-1");
  CHECK(says(sampled_servers(scenario)[1].conninfo, "host='db2'"));
}

TEST_CASE("what can't be read, or means several servers, is told with its place") {
  const auto complaint = [](const Scenario& scenario) -> std::string {
    try {
      sampled_servers(scenario);
    } catch (const UserError& error) {
      return error.what();
    }
    return "accepted";
  };
  Scenario scenario = scenario_with("host=db");
  scenario.groups[0].nodes = {{"pg-0", "hots=db"}};
  CHECK(complaint(scenario) == "g, node pg-0: invalid connection option \"hots\"");
  scenario.groups[0].nodes = {{"pg-0", "host=a,b"}};
  CHECK(complaint(scenario) ==
        "g, node pg-0: its dsn names several hosts; each server is a node of its own");
  CHECK(complaint(scenario_with("hots=db")) == "g, dsn: invalid connection option \"hots\"");
}
