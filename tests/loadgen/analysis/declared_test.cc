#include "loadgen/analysis/declared.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

TEST_CASE("a declared check decides its own metric, workload, group and phase, and no other") {
  ScenarioSource source;
  source.text = R"(schema = 1
[phases]
before = "60s"
[groups.control]
base_url = "http://a"
[groups.experimental]
base_url = "http://b"
[[workloads]]
name = "home"
kind = "http"
rate = 100
requests = [{ path = "/a", name = "a" }, { path = "/b", name = "b" }]
[[steady_state.checks]]
id = "fast"
phase = "before"
group = "experimental"
workload = "home"
assert = ["ok_p99 < 1s", "ok_rate > 1"]
[[steady_state.checks]]
id = "part"
phase = "before"
operation = "a"
assert = ["p50 < 1s"]
)";
  const Scenario scenario = parse_scenario(source);
  struct Row {
    std::string why;
    MetricPlace place;
    const char* id;
  };
  const Row rows[] = {
      {"the same, of successes", {"p99", "home", "experimental", PhaseName::before}, "fast"},
      {"a rate", {"ok_rate", "home", "experimental", PhaseName::before}, "fast"},
      {"another metric", {"p90", "home", "experimental", PhaseName::before}, ""},
      {"another group", {"p99", "home", "control", PhaseName::before}, ""},
      {"another workload", {"p99", "cart", "experimental", PhaseName::before}, ""},
      {"another phase", {"p99", "home", "experimental", PhaseName::after}, ""},
      {"a check of one operation", {"p50", "home", "experimental", PhaseName::before}, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(decided_by(scenario, row.place) == row.id);
  }
}

}  // namespace
}  // namespace loadgen
