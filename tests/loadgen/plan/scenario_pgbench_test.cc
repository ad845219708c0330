#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;

namespace {

/// The pgbench workload of a scenario whose only one it is, with these lines added.
Scenario with_pgbench(const std::string& lines, ScenarioSource more = {}) {
  ScenarioSource source = std::move(more);
  source.text =
      "schema = 1\n[phases]\nbefore = \"10s\"\n[groups.target]\ndsn = \"host=/tmp\"\n"
      "[[workloads]]\nname = \"pg\"\nkind = \"pgbench\"\n" +
      lines;
  source.path = "dir/t.toml";
  return parse_scenario(source);
}

PgbenchPart pgbench_of(const std::string& lines, ScenarioSource more = {}) {
  return with_pgbench(lines, std::move(more)).workloads.at(0).pgbench;
}

std::string mistake_in(const std::string& lines, ScenarioSource more = {}) {
  try {
    with_pgbench(lines, std::move(more));
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

/// A file system that holds dir/mine.sql.
ScenarioSource with_file() {
  ScenarioSource source;
  source.file = [](const std::string& path) {
    return path == "dir/mine.sql" ? std::optional<std::string>("SELECT 1;") : std::nullopt;
  };
  return source;
}

}  // namespace

TEST_CASE("pgbench: what is there without a key") {
  const Scenario scenario = with_pgbench("");
  const Workload& w = scenario.workloads.at(0);
  CHECK(w.closed_loop());
  CHECK(w.clients == 1);
  CHECK(w.connections == 1);
  REQUIRE(w.pgbench.scripts.size() == 1);
  CHECK(w.pgbench.scripts[0].script == "tpcb-like");
  CHECK_FALSE(w.pgbench.scripts[0].text);
  CHECK(w.pgbench.protocol == "simple");
  CHECK(w.pgbench.on_error == OnError::next);
  CHECK(w.pgbench.max_tries == 1);
}

TEST_CASE("pgbench: scripts are built in or files, with weights") {
  const PgbenchPart part =
      pgbench_of("scripts = [\"select-only@3\", \"mine.sql@0.5\", \"tpcb-like\"]\n", with_file());
  REQUIRE(part.scripts.size() == 3);
  CHECK(part.scripts[0].script == "select-only");
  CHECK(part.scripts[0].weight == 3);
  CHECK_FALSE(part.scripts[0].text);
  CHECK(part.scripts[1].script == "mine.sql");
  CHECK(part.scripts[1].weight == 0.5);
  CHECK(part.scripts[1].text == "SELECT 1;");
  CHECK(part.scripts[2].weight == 1);
}

TEST_CASE("pgbench: in open loop its clients are connections, and the cap holds an outage") {
  const Workload w = with_pgbench("rate = 200\nclients = 40\n").workloads.at(0);
  CHECK_FALSE(w.closed_loop());
  CHECK(w.pgbench.clients == 40);
  CHECK(w.connections == 40);
  CHECK(w.max_in_flight == 2400);
  // Never fewer than the clients.
  CHECK(with_pgbench("rate = 1\nclients = 40\n").workloads.at(0).max_in_flight == 40);
}

TEST_CASE("pgbench: probes are workloads of their own, on open and on new connections") {
  const Scenario scenario = with_pgbench(
      "rate = 200\nclients = 40\ntimeout = \"2s\"\nprobes = { read = 10, write = 5 }\n");
  REQUIRE(scenario.workloads.size() == 5);
  const auto check = [&](std::size_t at, const std::string& name, Probe probe, double rate,
                         bool anew) {
    const Workload& w = scenario.workloads.at(at);
    CAPTURE(name);
    CHECK(w.name == name);
    CHECK(w.probe == probe);
    CHECK(w.probe_of == "pg");
    CHECK(w.rate.per_second == rate);
    CHECK(w.pgbench.connect_per_transaction == anew);
    CHECK(w.pgbench.init == "never");
    CHECK(w.connections == w.pgbench.clients);
    CHECK(w.max_in_flight >= w.connections);
    CHECK(w.timeout == std::chrono::seconds(2));
  };
  check(1, "pg.read", Probe::read, 10, false);
  check(2, "pg.read-new", Probe::read, 10, true);
  check(3, "pg.write", Probe::write, 5, false);
  check(4, "pg.write-new", Probe::write, 5, true);
  CHECK(scenario.workloads[0].probe == Probe::none);
  CHECK(with_pgbench("probes = { read = 1 }\n").workloads.size() == 3);
}

TEST_CASE("pgbench: a worker has as many threads as the workload with the most asks for") {
  CHECK(with_pgbench("").threads_per_worker() == 1);
  const Scenario scenario = with_pgbench("clients = 5\nthreads = 3\nrate = 0\n");
  CHECK(scenario.threads_per_worker() == 3);
  CHECK(std::count_if(scenario.warnings.begin(), scenario.warnings.end(), [](const auto& said) {
          return said.find("some of them idle") != std::string::npos;
        }) == 0);
}

TEST_CASE("pgbench: mistakes") {
  struct Row {
    const char* why;
    const char* lines;
    const char* what;
  };
  for (const Row& row : {
           Row{"no file and no built-in", "scripts = [\"select-onyl\"]\n",
               "'select-onyl' is no built-in script, and no file can be read; did you mean "
               "'select-only'?"},
           Row{"a weight of 0", "scripts = [\"tpcb-like@0\"]\n",
               "the weight in 'tpcb-like@0' must be a number above 0"},
           Row{"no weight after @", "scripts = [\"tpcb-like@\"]\n", "the weight in 'tpcb-like@'"},
           Row{"one script twice", "scripts = [\"tpcb-like@1\", \"tpcb-like@2\"]\n",
               "script 'tpcb-like' is named twice"},
           Row{"more threads than clients", "clients = 2\nthreads = 3\n",
               "'threads' is above 'clients', 2"},
           Row{"a limit of transactions in open loop", "rate = 5\ntransactions_per_client = 9\n",
               "'transactions_per_client' has no meaning in open loop"},
           Row{"connections beside clients", "clients = 2\nconnections = 3\n",
               "each client has one connection of its own"},
           Row{"an unknown protocol", "protocol = \"prepare\"\n", "did you mean 'prepared'?"},
       }) {
    CAPTURE(std::string(row.why));
    const std::string said = mistake_in(row.lines, with_file());
    CAPTURE(said);
    CHECK(said.find(row.what) != std::string::npos);
  }
}

TEST_CASE("pgbench: a group without a dsn has nowhere to send it") {
  ScenarioSource source;
  source.text =
      "schema = 1\n[phases]\nbefore = \"10s\"\n[groups.target]\n"
      "[[workloads]]\nname = \"pg\"\nkind = \"pgbench\"\n";
  source.path = "t.toml";
  std::string said;
  try {
    parse_scenario(source);
  } catch (const UserError& error) {
    said = error.what();
  }
  CAPTURE(said);
  CHECK(said.find("t.toml:4:9: group 'target' needs 'dsn'") != std::string::npos);
}
