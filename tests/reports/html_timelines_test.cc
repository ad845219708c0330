#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("every kind of chart, with the fault window and its edges") {
  const std::string text = html_timelines(example_experiment());
  for (const char* part :
       {"Response time of successes, per second", "Offered and answered ok", "In flight",
        "Not ok by class, experimental", "Not ok by class, control",
        "None: each of 18,000 requests", "Answers by who gave them, experimental", "zone-b",
        "class=\"band fault\"", "▾ fault", "healed", "connection refused", "exp. p99",
        "control p99", ">limit</text>"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("an hour is thinned, and says how") {
  const std::string text = html_timelines(example_hour());
  CHECK(has(text, "per 15 s"));
  CHECK(has(text, "Of each 15 s"));
}

TEST_CASE("one second, and nothing ok") {
  const std::string text = html_timelines(example_nothing_ok());
  CHECK(has(text, "No request succeeded"));
  CHECK(has(text, "connection refused"));
  CHECK(has(html_timelines(Result{}), "No second was recorded"));
}

TEST_CASE("the cap is drawn where it matters and named where it is far away") {
  Result result = example_quick();
  CHECK(has(html_timelines(result), "(cap 50)"));
  for (auto& n : result.groups[0].second.workloads[0].second.series.in_flight) n = 40;
  CHECK(has(html_timelines(result), ">cap 50</text>"));
}

}  // namespace
}  // namespace loadgen::reports
