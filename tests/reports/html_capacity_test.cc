#include <doctest/doctest.h>

#include "example_result.h"
#include "reports/html_sections.h"
#include "reports/render.h"
#include "tests/reports/markup.h"

namespace loadgen::reports {
namespace {

TEST_CASE("a search has its section: sentence, chart and every step, escaped") {
  Result result = example_quick();
  CHECK(html_capacity(result).empty());
  Capacity& found = result.capacity.emplace();
  CHECK(html_capacity(result).empty());
  found.limits = {"p99 < 250ms"};
  found.highest = 100;
  found.missed = 101;
  found.steps = {{100, 10, "held", "", 100, 0.0, 12'000, 99'000},
                 {101, 10, "missed", "<b>", 90, 0.3, {}, {}}};
  const std::string html = html_capacity(result);
  CHECK(unbalanced_tag(html).empty());
  for (const char* part : {"100/s is the highest rate", "p99 &lt; 250ms", "&lt;b&gt;",
                           "not reached", "capacity-chart"}) {
    CAPTURE(std::string(part));
    CHECK(html.find(part) != std::string::npos);
  }
  CHECK(reports::html(result).find("href=\"#capacity\"") != std::string::npos);
  CHECK(markdown(result).find("### Capacity") != std::string::npos);
  CHECK(terminal_summary(result, false, 100).find("\nCapacity\n") != std::string::npos);
}

}  // namespace
}  // namespace loadgen::reports
