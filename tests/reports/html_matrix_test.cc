#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("phase by group with change since before and against control") {
  const std::string text = html_matrix(example_experiment());
  for (const char* part : {"during", "28.9 %", "not reached", "28.9 % failed", "successes only",
                           "experimental against control", "+28.9 points", "class=\"few\"",
                           "fewer than 100 samples"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
  CHECK_FALSE(has(text, ">warmup<"));
}

TEST_CASE("without a phase it says what is missing") {
  CHECK(has(html_matrix(Result{}), "No phase was recorded"));
}

TEST_CASE("blind tickets stand beside the requests") {
  Result result = example_quick();
  PhaseFigures& run = result.groups[0].second.workloads[0].second.phases[0].second;
  run.tally.scheduled += 7;
  run.tally.ended[static_cast<std::size_t>(Outcome::blind_late)] = 7;
  CHECK(has(html_matrix(result), "7 blind"));
}

}  // namespace
}  // namespace loadgen::reports
