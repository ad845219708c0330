#include "loadgen/plan/starters.h"

#include <doctest/doctest.h>

#include "loadgen/core/error.h"
#include "loadgen/plan/plan_text.h"
#include "loadgen/plan/scenario.h"

using namespace loadgen;

TEST_CASE("every starter is valid, without a warning, and has a plan") {
  CHECK(starter_names().size() == 5);
  CHECK(starter_names().front() == "steady");
  for (const std::string_view name : starter_names()) {
    CAPTURE(name);
    ScenarioSource source;
    source.text = starter(name);
    source.path = std::string(name) + ".toml";
    source.environment = [](const std::string&) { return "http://127.0.0.1:1"; };
    const Scenario scenario = parse_scenario(source);
    CHECK(scenario.experiment.name == name);
    CHECK(scenario.warnings.empty());
    CHECK_FALSE(scenario.experiment.hypothesis.empty());
    CHECK_FALSE(scenario.steady_state.checks.empty());
    CHECK(plan_text(scenario, source.path).find(name) == 0);
    CHECK(source.text.front() == '#');
    CHECK(source.text.back() == '\n');
  }
}

TEST_CASE("the pipeline's gate is the scenario that stands in the tree") {
  const auto file =
      read_whole_file(std::string(LOADGEN_SOURCE_DIR) + "/scenarios/ci_regression.toml");
  REQUIRE(file);
  CHECK(*file == starter("ci"));
}

TEST_CASE("another name is told, with the nearest one") {
  CHECK_THROWS_WITH_AS(starter("podkill"),
                       "there is no starter 'podkill'; did you mean 'pod-kill'?; there are steady, "
                       "pod-kill, primary-kill, load-spike or ci",
                       UserError);
}
