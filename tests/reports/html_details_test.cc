#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("steps, operations, who answered, connections and stages each have a table") {
  Result result = example_experiment();
  WorkloadResult& workload = result.groups[1].second.workloads[0].second;
  workload.steps = {workload.totals};
  workload.operations["GET <x>"] = workload.phases;
  workload.phases[2]
      .second.tally.connects_failed[static_cast<std::size_t>(Outcome::connect_refused)] = 1234;
  const std::string text = html_details(result);
  for (const char* part : {"Operations", "GET &lt;x&gt;, during", "Steps of the offered rate",
                           "150/s", "Who answered", "zone-a, during", "11 s", "Connections",
                           "1,234 connection refused", "Stages of a request", "send lag"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("nothing to tell, no section") { CHECK(html_details(Result{}).empty()); }

}  // namespace
}  // namespace loadgen::reports
