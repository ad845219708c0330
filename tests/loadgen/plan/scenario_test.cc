#include "loadgen/plan/scenario.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/scenario_document.h"
#include "loadgen/plan/scenario_keys.h"
#include "scenario_example.h"
#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;
using namespace std::chrono_literals;

TEST_CASE("the smallest example of the contract") {
  const Scenario scenario = parsed(std::string(scenario_example::kSmallest));
  CHECK(scenario.experiment.name == "t");  // of the file
  CHECK(scenario.phases.before == 60s);
  CHECK(scenario.phases.total() == 60s);
  REQUIRE(scenario.groups.size() == 1);
  CHECK(scenario.groups[0].role == Role::control);
  CHECK(scenario.experimental() == nullptr);
  REQUIRE(scenario.workloads.size() == 1);
  CHECK(scenario.workloads[0].max_in_flight == 1200);
  CHECK(scenario.distribution.workers == 1);
  CHECK(scenario.outputs.dir == "results/${name}-${start}");
  CHECK(scenario.warnings.empty());
}

namespace {

/// Every key of the document is one that the parser and the schema know.
void check_known(const document::Value& value, const TableKeys& keys) {
  for (const document::Member& member : value.members) {
    CAPTURE(member.key);
    const Key* key = keys.find(member.key);
    REQUIRE(key != nullptr);
    if (key->table == nullptr) continue;
    if (key->kind == ValueKind::table || key->kind == ValueKind::text_or_table) {
      check_known(member.value, *key->table);
    } else if (key->kind == ValueKind::tables) {
      for (const document::Value& item : member.value.items) check_known(item, *key->table);
    } else {
      for (const document::Member& inner : member.value.members) {
        check_known(inner.value, *key->table);
      }
    }
  }
}

}  // namespace

TEST_CASE("the whole example of the contract: every key is known, what can't run yet is refused") {
  check_known(document::parse(scenario_example::kWhole), scenario_keys());
  ScenarioSource source = source_of(std::string(scenario_example::kWhole));
  source.environment = [](const std::string& name) { return "secret-of-" + name; };
  std::string said;
  try {
    parse_scenario(source);
  } catch (const UserError& error) {
    said = error.what();
  }
  std::size_t from = 0;
  for (const char* refusal : {"'acknowledged_writes_lost' needs a pgbench workload with a ledger",
                              "'prometheus' can't run yet", "'token_file' can't run yet"}) {
    CAPTURE(refusal);
    CAPTURE(said);
    from = said.find(refusal, from);
    REQUIRE(from != std::string::npos);
  }
  CHECK(said.find("3 things are wrong") != std::string::npos);
  CHECK(said.find("secret-of-") == std::string::npos);
}

TEST_CASE("the whole example without what can't run yet") {
  std::string text(scenario_example::kWhole);
  const auto cut = [&](std::string_view from, std::string_view to) {
    const std::size_t begin = text.find(from);
    const std::size_t end = text.find(to, begin + 1);
    REQUIRE(end != std::string::npos);
    text.erase(begin, end - begin);
  };
  const std::string_view without = "audit      = false";
  text.replace(text.find(without), without.size(), "audit      = true");
  cut("[prometheus]", "[[observe]]");
  cut("token_file", "linger");
  ScenarioSource source = source_of(text);
  source.environment = [](const std::string& name) { return "secret-of-" + name; };
  const Scenario scenario = parse_scenario(source);
  CHECK(scenario.experiment.name == "postgres-primary-kill");
  CHECK(scenario.experiment.labels.at(1) ==
        std::pair<std::string, std::string>("severity", "sev2"));
  CHECK(scenario.phases.total() == 14min);
  CHECK(scenario.groups.at(0).dsn == "secret-of-CONTROL_DSN");
  REQUIRE(scenario.groups[0].nodes.size() == 1);
  CHECK(scenario.groups[0].nodes[0].name == "pg-0");
  CHECK(scenario.groups[0].nodes[0].dsn == "secret-of-PG0");
  CHECK(scenario.groups[0].tls.ca == "dir/ca.pem");
  CHECK(scenario.groups[0].zones.size() == 2);
  CHECK(scenario.groups.at(1).role == Role::experimental);
  const Workload& w = scenario.workloads.at(0);
  CHECK(w.rate.per_second == 500);
  CHECK(w.max_in_flight == 6000);
  CHECK(w.http.expect.status == std::vector<int>{200});
  CHECK(w.http.traceparent);
  CHECK(w.latency_limit == 250ms);
  const Workload& pgbench = scenario.workloads.at(1);
  CHECK(pgbench.kind == WorkloadKind::pgbench);
  CHECK(pgbench.pgbench.audit);
  CHECK_FALSE(pgbench.closed_loop());
  CHECK(pgbench.connections == 100);
  CHECK(pgbench.max_in_flight == 2400);
  CHECK(pgbench.pgbench.clients == 100);
  CHECK(pgbench.pgbench.protocol == "prepared");
  CHECK(scenario.workloads.size() == 6);  // and its four probes
  CHECK(pgbench.operations() == std::vector<std::string>{"tpcb-like"});
  CHECK(scenario.faults.at(0).duration == 30s);
  CHECK(scenario.faults[0].timeout == 150s);
  CHECK(scenario.steady_state.abort.at(0).group == "control");
  CHECK(scenario.steady_state.checks.size() == 3);
  CHECK(scenario.observe.at(0).every == 5s);
  CHECK(scenario.distribution.workers == 4);
  CHECK(scenario.distribution.tolerate_worker_loss);
  CHECK(scenario.warnings.empty());
  CHECK(scenario.secrets.size() >= 2);
}

TEST_CASE("a syntax error is told alone, with its place") {
  for (const auto& [text, at] : {std::pair("schema = \nx = \"", "dir/t.toml:1:"),
                                 std::pair("schema = 1\nschema = 2\n", "dir/t.toml:2:"),
                                 std::pair("a = \"\xff\"", "dir/t.toml:1:")}) {
    const std::string said = complaint(text);
    CAPTURE(said);
    CHECK(said.rfind(at, 0) == 0);
    CHECK(said.find("things are wrong") == std::string::npos);
  }
  CHECK(complaint("").find("the scenario needs 'schema'") != std::string::npos);
}

TEST_CASE("names of phases and roles") {
  CHECK(name_of(PhaseName::warmup) == "warmup");
  CHECK(name_of(PhaseName::after) == "after");
  CHECK(name_of(Role::control) == "control");
  CHECK(name_of(Role::experimental) == "experimental");
}

TEST_CASE("the process: environment and files") {
  setenv("LOADGEN_TEST_SET", "x", 1);
  setenv("LOADGEN_TEST_EMPTY", "", 1);
  unsetenv("LOADGEN_TEST_UNSET");
  CHECK(process_environment("LOADGEN_TEST_SET") == "x");
  CHECK_FALSE(process_environment("LOADGEN_TEST_EMPTY"));
  CHECK_FALSE(process_environment("LOADGEN_TEST_UNSET"));
  const ScratchDirectory directory;
  const std::filesystem::path file = directory.path() / "file";
  std::ofstream(file) << "a\nb";
  CHECK(read_whole_file(file.string()) == "a\nb");
  std::ofstream(file, std::ios::trunc);
  CHECK(read_whole_file(file.string()) == "");
  CHECK_FALSE(read_whole_file("."));
  CHECK_FALSE(read_whole_file("no such file"));
}

TEST_CASE("a reader of journals has no environment: what depends on it is not judged") {
  ScenarioSource source = source_of(
      edited("base_url = \"http://127.0.0.1:8080\"", "base_url = \"http://${HOST}:${PORT}/\""));
  source.text += "[experiment]\nname = \"${NAME}\"\n";
  source.environment = [](const std::string&) { return std::optional<std::string>(""); };
  const Scenario scenario = parse_scenario(source);
  CHECK(scenario.groups.size() == 2);
  CHECK(scenario.experiment.name == "t");
  source.text = "schema = 1\n[phases]\nbefore = \"${X}\"\n";
  CHECK_THROWS_AS(parse_scenario(source), UserError);  // not even then: no group, no workload
}
