#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("each hook with its command, times, exit code and output") {
  const std::string text = html_faults(example_experiment());
  for (const char* part :
       {"scenarios/demo/stack kill experimental &#39;zone a&#39;", "exit 0", "126 ms", "2 attempts",
        "killed gunicorn 4711", "Every event of the run"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("a hook that hung or failed is told") {
  Result result;
  result.hooks = {{"f", "g", "inject", {"x"}, {}, {}, std::nullopt, true, 1, ""},
                  {"f", "g", "revert", {"x"}, {}, {}, std::nullopt, false, 1, ""},
                  {"f", "g", "confirm", {"x"}, {}, {}, 3, false, 1, ""}};
  const std::string text = html_faults(result);
  CHECK(has(text, "timed out"));
  CHECK(has(text, "did not run to its end"));
  CHECK(has(text, "exit 3"));
}

TEST_CASE("a fault without hooks, and a run without events") {
  Result result;
  CHECK(html_faults(result).empty());
  result.marks = {{RunOffset{0}, "requested", "f", "g", ""}};
  CHECK(has(html_faults(result), "No hook ran"));
}

}  // namespace
}  // namespace loadgen::reports
