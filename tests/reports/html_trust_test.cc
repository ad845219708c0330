#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("a sound run shows each sign") {
  const std::string text = html_trust(example_experiment());
  for (const char* part : {"Sent 100 % of offered", "Send lag p50", "1 worker joined, none lost",
                           "Nothing blind", "Fault confirmed", "+636 ms after", "Control untouched",
                           "4 requests were sent more than 1 ms late"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("control is not called untouched where nobody looked") {
  Result result = example_experiment();
  result.marks.clear();
  result.fault_requested.reset();
  for (auto& [name, group] : result.groups) {
    for (auto& [workload_name, workload] : group.workloads) workload.recovery.reset();
  }
  CHECK_FALSE(has(html_trust(result), "Control untouched"));
}

TEST_CASE("what is wrong is named, and missing data never looks fine") {
  Result result = example_experiment();
  result.trust.valid = false;
  result.trust.reasons = {"2 % of tickets were late"};
  result.trust.workers[0].lost = true;
  result.trust.blind = {{1, RunOffset{0}, std::chrono::seconds(2), "control", "w", "late", 17}};
  result.groups[0].second.workloads[0].second.recovery->onset = std::chrono::seconds(57);
  result.groups[0].second.workloads[0].second.totals.achieved_rate = 0.9;
  result.marks = {{RunOffset{0}, "not_confirmed", "kill", "", "timed out"},
                  {RunOffset{0}, "requested", "kill", "", ""}};
  const std::string text = html_trust(result);
  for (const char* part :
       {"No: this run is not valid", "1 worker joined, 1 lost", "Blind stretches",
        "The control group had trouble, too", "Sent 90 % of offered", "Fault not confirmed"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
  const std::string empty = html_trust(Result{});
  CHECK(has(empty, "Send lag unknown"));
  CHECK(has(empty, "No worker reported"));
}

}  // namespace
}  // namespace loadgen::reports
