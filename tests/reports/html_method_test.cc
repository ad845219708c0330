#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("tells how, what not, the command and the scenario") {
  const std::string text = html_method(example_experiment());
  for (const char* part :
       {"from the instant a request was due", "How it was judged", "Mann-Kendall",
        "One experiment is one sample", "loadgen run scenarios/demo.toml --seed 42",
        "before = &quot;40s&quot;", "AMD EPYC"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("limits follow the run") {
  CHECK(has(html_method(example_quick()), "There is no control group"));
  CHECK(has(html_method(example_quick()), "No fault was injected"));
  Result aborted;
  aborted.aborted = true;
  CHECK(has(html_method(aborted), "The run was aborted"));
  CHECK(has(html_method(aborted), "no test was made"));
  CHECK_FALSE(has(html_method(example_experiment()), "no test was made"));
  CHECK_FALSE(has(html_method(example_quick()), "Mann-Kendall"));
}

}  // namespace
}  // namespace loadgen::reports
