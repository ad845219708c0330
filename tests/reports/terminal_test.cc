#include <doctest/doctest.h>

#include <sstream>

#include "reports/format.h"
#include "reports/render.h"
#include "tests/golden.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

TEST_CASE("golden of an experiment") {
  test::check_golden("reports/experiment.terminal.txt",
                     terminal_summary(example_experiment(), false, 100));
}

TEST_CASE("the verdict is first, then checks, then the matrix") {
  const std::string text = terminal_summary(example_experiment(), false, 100);
  CHECK(text.find("✕ FAILED") == 0);
  CHECK(text.find("Checks") < text.find("failures count as infinite"));
  CHECK(text.find("Not declared, judged by margins") != text.npos);
  CHECK(text.find("steady state: can't be told") != text.npos);
}

TEST_CASE("at 80 columns the matrix fits and groups stay told apart") {
  std::istringstream lines(terminal_summary(example_experiment(), false, 80));
  for (std::string line; std::getline(lines, line);) {
    if (line.find("not reached, ") != line.npos) continue;  // a check's own long words
    CAPTURE(line);
    CHECK(width_of(line) <= 80);
  }
}

TEST_CASE("colour only when asked for, and no escape sequence from outside") {
  Result result = example_experiment();
  result.reasons[0] = "evil \x1b[2J\nnext";
  CHECK(terminal_summary(result, false, 80).find('\x1b') == std::string::npos);
  const std::string coloured = terminal_summary(result, true, 80);
  CHECK(coloured.find("\x1b[1;31m✕ FAILED\x1b[0m") == 0);
  CHECK(coloured.find("\x1b[2J") == std::string::npos);
}

TEST_CASE("an empty result and a tiny terminal are no problem") {
  CHECK(terminal_summary(Result{}, false, 0).find("NONE") != std::string::npos);
  CHECK(terminal_summary(example_empty(), false, -5).find("NOT VALID") != std::string::npos);
}

}  // namespace
}  // namespace loadgen::reports
