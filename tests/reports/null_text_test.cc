#include "reports/null_text.h"

#include <doctest/doctest.h>

#include "tests/golden.h"
#include "tests/loadgen/analysis/comparable_runs.h"

namespace loadgen::reports {
namespace {

std::vector<NullStretch> example() {
  NullStretch stretch;
  stretch.run_id = "r0";
  stretch.group = "control";
  stretch.workload = "home";
  stretch.phase = "before";
  stretch.batches = 10;
  stretch.all = {1000, 2, 11, 900};
  stretch.metrics = {{"error_rate", {1000, 0, 0, 1000}, ""},
                     {"p99",
                      {1000, 2, 11, 900},
                      "half of the phase has 84 answers beyond it, 100 are needed: "
                      "phases of about 143 s at this rate"}};
  NullStretch nothing = stretch;
  nothing.phase = "after";
  nothing.all = {};
  nothing.why_not = "fewer than 8 batches with requests";
  return {stretch, nothing};
}

TEST_CASE("golden of a site's own noise") {
  std::vector<ComparableRun> runs;
  for (int i = 0; i < 5; ++i) {
    runs.push_back(test::run_like({.p50 = 0.010 + 0.0008 * i, .at = i}));
  }
  test::check_golden("reports/null.terminal.txt",
                     null_terminal(example(), spread_of(runs), {20, 1, 2, 15}, 100));
}

TEST_CASE("one run has no spread, none has nothing, and no escape sequence gets through") {
  auto stretches = example();
  stretches[0].workload = "evil \x1b[2J";
  const std::string text = null_terminal(stretches, {}, {}, 80);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("Each run") == std::string::npos);
  CHECK(null_terminal({}, {}, {}, 80).find("no stretch") != std::string::npos);
}

}  // namespace
}  // namespace loadgen::reports
