#include "reports/baseline.h"

#include <doctest/doctest.h>

#include "tests/golden.h"
#include "tests/loadgen/analysis/comparable_runs.h"

namespace loadgen::reports {
namespace {

std::vector<ComparableRun> five_runs() {
  std::vector<ComparableRun> runs;
  for (int i = 0; i < 5; ++i) {
    runs.push_back(test::run_like({.p50 = 0.010 + 0.0001 * i, .at = i, .side = "b"}));
  }
  return runs;
}

TEST_CASE("golden of a baseline") {
  const auto runs = five_runs();
  test::check_golden("reports/baseline.terminal.txt",
                     baseline_terminal(runs, spread_of(runs), 100));
}

TEST_CASE("a single run and none are shown, too, and control characters are not") {
  auto runs = five_runs();
  runs.resize(1);
  runs[0].run_id = runs[0].host["cpu"] = runs[0].stretches[0].workload = "evil \x1b[2J";
  const std::string text = baseline_terminal(runs, spread_of(runs), 60);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("10 ms") != std::string::npos);
  CHECK(baseline_terminal({}, {}, 60) != "");
}

}  // namespace
}  // namespace loadgen::reports
