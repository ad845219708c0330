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

TEST_CASE("reads and writes apart, and what their recovery time went into") {
  Result result = example_experiment();
  CHECK_FALSE(has(html_recovery(result), "by probes"));
  WorkloadResult write, read;
  write.recovery = read.recovery = Recovery{};
  Rto rto;
  rto.last_ok = *result.fault_requested - std::chrono::milliseconds(50);
  rto.first_failed = rto.known = *result.fault_requested + std::chrono::milliseconds(50);
  rto.failure = Outcome::read_only;
  rto.first_ok = *result.fault_requested + std::chrono::seconds(5);
  rto.answered = *rto.first_ok + std::chrono::milliseconds(7);
  rto.stable = *result.fault_requested + std::chrono::seconds(9);
  rto.failed = 49;
  rto.attempts_failed = 31;
  rto.detect = std::chrono::milliseconds(50);
  rto.role_awaited = std::chrono::milliseconds(4321);
  rto.authenticate = std::chrono::microseconds(2500);
  write.rto = rto;
  result.groups[1].second.probes = {{"pg.read", read}, {"pg.write", write}};
  const std::string text = html_recovery(result);
  for (const char* part :
       {"pg.read", "no probe failed", "pg.write", "−50 ms", "+50 ms", "+5 s", "5.05 s", "+9 s",
        "49, first: server is read-only", "50.0 ms", "4.32 s", "2.50 ms", "31", "+5.01 s"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
  result.groups[1].second.probes[1].second.rto->first_ok.reset();
  CHECK(has(html_recovery(result), "to the end"));
}

TEST_CASE("no fault, no section; a fault without figures says so") {
  CHECK(html_recovery(example_quick()).empty());
  Result result;
  result.fault_requested = RunOffset{0};
  CHECK(has(html_recovery(result), "too little was recorded"));
}

}  // namespace
}  // namespace loadgen::reports
