#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("class, phase, group, count, first and last, and samples folded") {
  const std::string text = html_errors(example_experiment());
  for (const char* part :
       {"HTTP 5xx", "failed, http_5xx", "during", "experimental", "First due", "<details>",
        "psycopg2.OperationalError", "GET /test_db, status 500, peer 127.0.0.1:8082"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("what a server sent is text, not markup") {
  Result result = example_experiment();
  result.groups[1].second.workloads[0].second.errors[0].samples[0].excerpt =
      "<script>alert(1)</script>";
  const std::string text = html_errors(result);
  CHECK_FALSE(has(text, "<script>"));
  CHECK(has(text, "&lt;script&gt;alert(1)"));
}

TEST_CASE("without errors it says so") { CHECK(has(html_errors(Result{}), "None: no request")); }

}  // namespace
}  // namespace loadgen::reports
