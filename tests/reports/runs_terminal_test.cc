#include <doctest/doctest.h>

#include <sstream>

#include "reports/format.h"
#include "reports/runs.h"
#include "tests/golden.h"
#include "tests/reports/compared_runs.h"

namespace loadgen::reports {
namespace {

TEST_CASE("golden of a comparison of runs") {
  test::check_golden("reports/runs.terminal.txt", runs_terminal(example_comparison(), false, 100));
}

TEST_CASE("at 80 columns it fits, and without rows it still says why") {
  RunComparison comparison = example_comparison();
  std::istringstream lines(runs_terminal(comparison, false, 80));
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(width_of(line) <= 80);
  }
  comparison.rows.clear();
  comparison.reasons.clear();
  const std::string text = runs_terminal(comparison, false, 80);
  CHECK(text.find("✕ FAILED  the comparison gives no reason") == 0);
}

TEST_CASE("colour only when asked for, and no escape sequence from outside") {
  RunComparison comparison = example_comparison();
  comparison.reasons[0] = comparison.base.runs[0] = comparison.rows[0].workload =
      comparison.warnings[0] = "evil \x1b[2J";
  CHECK(runs_terminal(comparison, false, 80).find('\x1b') == std::string::npos);
  CHECK(runs_terminal(comparison, true, 80).find("\x1b[2J") == std::string::npos);
  CHECK(runs_terminal(comparison, true, 80).find("\x1b[1;31m✕ FAILED\x1b[0m") == 0);
}

}  // namespace
}  // namespace loadgen::reports
