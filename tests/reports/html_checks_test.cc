#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("each check stands with expression, place, observed, bound and result") {
  const std::string text = html_checks(example_experiment());
  for (const char* part : {"error_rate &lt; 15%", "bounded-during", "28.9 %", "&lt; 15 %",
                           "refuted", "test_db, during", "not reached, 28.9 % failed"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("says that nothing has an interval, until one has") {
  Result result = example_experiment();
  for (CheckResult& check : result.checks) check.interval_text.clear();
  CHECK(has(html_checks(result), "No check has an interval"));
  result.checks[0].interval_text = "60 ms – 80 ms";
  CHECK_FALSE(has(html_checks(result), "No check has an interval"));
  CHECK(has(html_checks(result), "<small>60 ms – 80 ms</small>"));
}

TEST_CASE("without checks it says so, and what to write") {
  CHECK(has(html_checks(example_quick()), "No check was declared"));
}

TEST_CASE("without checks margins can still decide") {
  Result result = example_experiment();
  result.checks.clear();
  CHECK(has(html_checks(result), "the margins of the comparison below decide alone"));
}

TEST_CASE("an undecided check without a value has no bar") {
  Result result;
  result.checks = {{"i", "p99 < 1s", "", "", "during", {}, "", 0, "", {}, "undecided", ""}};
  const std::string text = html_checks(result);
  CHECK(has(text, "no data"));
  CHECK(has(text, "undecided"));
  CHECK_FALSE(has(text, "class=\"track\""));
}

}  // namespace
}  // namespace loadgen::reports
