#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("change, interval, range and judgement stand side by side") {
  const std::string text = html_comparison(example_experiment());
  for (const char* part : {"experimental against control", "not judged", "INCONCLUSIVE", "usually ",
                           "it needs about 62 s", "+0.0200 points", "−0.0100 – 0.110 points"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
  CHECK(html_comparison(Result{}).empty());
}

TEST_CASE("groups go by the names that the user gave them") {
  Result result = example_experiment();
  result.groups[0].first = "base";
  result.groups[1].first = "head <1>";
  const std::string text = html_comparison(result);
  for (const char* part : {"head &lt;1&gt; against base", "<th scope=\"col\">base</th>",
                           "net of that of base", "before the fault and in base"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("without a control it stands against before") {
  Result result = example_experiment();
  result.groups.erase(result.groups.begin());
  CHECK(has(html_comparison(result), "Against before"));
  CHECK(has(html_comparison(result), "There is no control"));
}

}  // namespace
}  // namespace loadgen::reports
