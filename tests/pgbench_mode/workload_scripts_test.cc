#include "pgbench_mode/workload_scripts.h"

#include <doctest/doctest.h>

#include "loadgen/core/error.h"

namespace loadgen::pgbench {
namespace {

Workload with(std::vector<ScriptChoice> scripts) {
  Workload workload;
  workload.name = "pg";
  workload.kind = WorkloadKind::pgbench;
  workload.pgbench.scripts = std::move(scripts);
  return workload;
}

TEST_CASE("scripts of a workload: built-in ones and texts, weights made whole") {
  const std::vector<Script> scripts =
      scripts_of(with({{"select-only", 1, std::nullopt}, {"mine.sql", 0.5, "SELECT 1;"}}));
  REQUIRE(scripts.size() == 2);
  CHECK(scripts[0].weight == 1000);
  CHECK(scripts[0].name == "<builtin: select only>");
  CHECK(scripts[1].weight == 500);
  CHECK(scripts[1].name == "mine.sql");
  CHECK(scripts_of(with({{"tpcb-like", 3, std::nullopt}}))[0].weight == 3);
}

TEST_CASE("a mistake in a script is told with its place") {
  std::string said;
  try {
    scripts_of(with({{"mine.sql", 1, "SELECT 1;\n\\sett x 1\n"}}));
  } catch (const UserError& error) {
    said = error.what();
  }
  CAPTURE(said);
  CHECK(said.rfind("mine.sql:2:", 0) == 0);
}

TEST_CASE("the names of commands, by workload and script") {
  Scenario scenario;
  scenario.workloads = {with({{"mine.sql", 1, "\\set a 1\nSELECT :a;"}})};
  const auto names = statement_names(scenario);
  REQUIRE(names.size() == 1);
  CHECK(names.begin()->first == "pg/mine.sql");
  CHECK(names.begin()->second == std::vector<std::string>{"\\set a 1", "SELECT :a;"});
}

}  // namespace
}  // namespace loadgen::pgbench
