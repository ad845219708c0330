#include "loadgen/plan/expected_requests.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

using std::chrono::seconds;

Scenario scenario_of(const std::string& more) {
  ScenarioSource source;
  source.text =
      "schema = 1\n[phases]\nwarmup = \"10s\"\nbefore = \"60s\"\n" + more +
      "[groups.control]\nbase_url = \"http://a\"\n[groups.experimental]\nbase_url = \"http://b\"\n"
      "[[workloads]]\nname = \"home\"\nkind = \"http\"\nrate = 100\n";
  return parse_scenario(source);
}

TEST_CASE("side by side each group gets the rate, and a load fault adds to one") {
  const Scenario scenario = scenario_of(
      "during = \"30s\"\n[[faults]]\nname = \"spike\"\nkind = \"load\"\ngroup = \"experimental\"\n"
      "workload = \"home\"\nmultiply = 3\nat = \"5s\"\nduration = \"10s\"\n");
  const auto expected = [&](const char* group, int from, int to) {
    return expected_requests(scenario, scenario.workloads[0], group, seconds(from), seconds(to));
  };
  CHECK(expected("control", 10, 70) == doctest::Approx(6000));
  CHECK(expected("control", 70, 100) == doctest::Approx(3000));
  CHECK(expected("experimental", 70, 100) == doctest::Approx(3000 + 2000));
  CHECK(expected("control", 10, 10) == 0);
}

TEST_CASE("in turns each group gets its half") {
  const Scenario scenario = scenario_of("[experiment]\norder = \"ABBA\"\nrounds = 10\n");
  for (const char* group : {"control", "experimental"}) {
    CAPTURE(group);
    CHECK(expected_requests(scenario, scenario.workloads[0], group, seconds(0), seconds(10)) ==
          doctest::Approx(500));
    CHECK(expected_requests(scenario, scenario.workloads[0], group, seconds(10), seconds(70)) ==
          doctest::Approx(3000));
  }
  CHECK(expected_requests(scenario, scenario.workloads[0], "control", seconds(10), seconds(13)) ==
        doctest::Approx(300));
  CHECK(expected_requests(scenario, scenario.workloads[0], "control", seconds(13), seconds(19)) ==
        0);
}

}  // namespace
}  // namespace loadgen
