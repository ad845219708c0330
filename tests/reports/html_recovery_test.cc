#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("events in order and facts for both groups") {
  const std::string text = html_recovery(example_experiment());
  std::size_t at = 0;
  for (const char* part : {"fault requested", "first failure", "fault confirmed", "fault reverted",
                           "healed, says its hook", "clients recovered", "last failure",
                           "First failed request", "Time to recover", "1,729"}) {
    CAPTURE(part);
    const std::size_t found = text.find(part, at);
    REQUIRE(found != text.npos);
    at = found;
  }
  CHECK(has(text, "not affected"));  // control
}

TEST_CASE("a recovery that did not come, and a note") {
  Result result = example_experiment();
  Recovery& r = *result.groups[1].second.workloads[0].second.recovery;
  r.recovered.reset();
  r.time_to_recover_s.reset();
  r.not_recovered_within_s = 75;
  r.note = "the cap was <reached>";
  const std::string text = html_recovery(result);
  CHECK(has(text, "not within 75 s"));
  CHECK(has(text, "the cap was &lt;reached&gt;"));
}

TEST_CASE("no fault, no section; a fault without figures says so") {
  CHECK(html_recovery(example_quick()).empty());
  Result result;
  result.fault_requested = RunOffset{0};
  CHECK(has(html_recovery(result), "too little was recorded"));
}

}  // namespace
}  // namespace loadgen::reports
