#include "loadgen/cli/pgbench_scenario.h"

#include <doctest/doctest.h>

#include "loadgen/plan/scenario.h"
#include "pgbench_mode/builtin_scripts.h"

namespace loadgen {
namespace {

using pgbench::Invocation;
using pgbench::Script;

Script script(const std::string& name, int weight = 1) {
  Script made;
  made.name = name;
  made.weight = weight;
  return made;
}

Script builtin(const char* name, int weight = 1) {
  return script(std::string(pgbench::find_builtin(name).description), weight);
}

/// The scenario of the invocation, parsed as a run would.
Scenario scenario_of(const Invocation& invocation,
                     const std::map<std::string, std::string>& texts = {}) {
  std::map<std::string, std::string> files;
  ScenarioSource source;
  source.text = pgbench_scenario(invocation, texts, files);
  CAPTURE(source.text);
  source.environment = [](const std::string& name) {
    return name == kPgbenchDsn ? std::optional<std::string>("host=/tmp") : std::nullopt;
  };
  source.file = [&](const std::string& path) {
    return files.contains(path) ? std::optional(files.at(path)) : std::nullopt;
  };
  return parse_scenario(source);
}

TEST_CASE("pgbench -c 4 -j 2 -t 9: a closed loop whose clients end") {
  Invocation invocation;
  invocation.scripts = {builtin("tpcb-like")};
  invocation.clients = 4;
  invocation.threads = 2;
  invocation.transactions = 9;
  const Scenario scenario = scenario_of(invocation);
  CHECK(scenario.groups.at(0).dsn == "host=/tmp");
  const Workload& w = scenario.workloads.at(0);
  CHECK(w.clients == 4);
  CHECK(w.pgbench.threads == 2);
  CHECK(w.pgbench.transactions_per_client == 9);
  CHECK(w.pgbench.init == "never");
  CHECK(w.pgbench.on_error == OnError::end_client);
  CHECK(w.operations() == std::vector<std::string>{"tpcb-like"});
}

TEST_CASE("pgbench -T 30 -R 200 -L 100: an open loop as pgbench draws it") {
  Invocation invocation;
  invocation.scripts = {builtin("select-only")};
  invocation.clients = 10;
  invocation.duration_s = 30;
  invocation.rate_per_s = 200;
  invocation.latency_limit_us = 100'000;
  invocation.own.continue_on_error = true;
  invocation.own.checks = {"p99 < 250ms"};
  const Scenario scenario = scenario_of(invocation);
  CHECK(scenario.phases.before == std::chrono::seconds(30));
  const Workload& w = scenario.workloads.at(0);
  CHECK_FALSE(w.closed_loop());
  CHECK(w.connections == 10);
  CHECK(w.arrival == Arrival::poisson);
  CHECK(w.on_saturation == OnSaturation::queue);
  CHECK(w.latency_limit == std::chrono::milliseconds(100));
  CHECK(w.pgbench.on_error == OnError::next);
  CHECK(scenario.steady_state.checks.size() == 1);
}

TEST_CASE("scripts keep their names, those that come twice get numbers") {
  Invocation invocation;
  invocation.scripts = {script("a \"b\".sql", 3), builtin("tpcb-like"), script("a \"b\".sql", 0),
                        builtin("tpcb-like", 2)};
  invocation.transactions = 1;
  const Workload w = scenario_of(invocation, {{"a \"b\".sql", "SELECT 1;"}}).workloads.at(0);
  CHECK(w.operations() ==
        std::vector<std::string>{"a \"b\".sql", "tpcb-like", "a \"b\".sql#2", "tpcb-like#2"});
  CHECK(w.pgbench.scripts[0].text == "SELECT 1;");
  CHECK(w.pgbench.scripts[0].weight == 3);
  CHECK(w.pgbench.scripts[2].text == "SELECT 1;");
  CHECK(w.pgbench.scripts[3].text == pgbench::find_builtin("tpcb-like").text);
}

TEST_CASE("-D: the last of a name counts") {
  Invocation invocation;
  invocation.scripts = {builtin("select-only")};
  invocation.transactions = 1;
  invocation.definitions = {{"x", "1"}, {"y", "it's"}, {"x", "2"}};
  const auto define = scenario_of(invocation).workloads.at(0).pgbench.define;
  CHECK(define == std::vector<std::pair<std::string, std::string>>{{"x", "2"}, {"y", "it's"}});
}

}  // namespace
}  // namespace loadgen
