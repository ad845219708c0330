#include "reports/facts.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

TEST_CASE("the subject is the group that gets the fault, control the one beside it") {
  const Result two = example_experiment();
  CHECK(subject_of(two)->first == "experimental");
  CHECK(control_of(two)->target == "http://127.0.0.1:8081");
  const Result one = example_quick();
  CHECK(subject_of(one)->first == "target");
  CHECK(control_of(one) == nullptr);
  CHECK(subject_of(Result{}) == nullptr);
}

TEST_CASE("a quantile rests on too few samples below 100 of them beyond it") {
  PhaseFigures phase;
  phase.tally.scheduled = 10'000;
  CHECK_FALSE(too_few(phase, 0.99));
  CHECK(too_few(phase, 0.999));
  phase.tally.scheduled = 9'999;
  CHECK(too_few(phase, 0.99));
}

TEST_CASE("a quantile among the failures is not reached") {
  PhaseFigures phase;
  phase.tally.scheduled = 100;
  phase.tally.ended[static_cast<std::size_t>(Outcome::ok)] = 97;
  phase.tally.ended[static_cast<std::size_t>(Outcome::reset)] = 3;
  phase.error_rate = 0.03;
  CHECK(reached(std::nullopt, phase) == "not reached, 3 % failed");
  CHECK(reached(1500, phase) == "1.50 ms");
  CHECK(reached(std::nullopt, PhaseFigures{}) == "–");
}

TEST_CASE("recovery is told as it was, also when it did not come") {
  Recovery r;
  CHECK(recovery_in_words(r) == "not affected");
  r.onset = RunOffset{1};
  r.not_recovered_within_s = 40;
  r.undetermined = true;  // good again, too close to the end
  CHECK(recovery_in_words(r) == "undetermined");
  r.undetermined = false;
  CHECK(recovery_in_words(r) == "no outage, but worse than before until the end");
  r.degraded_s = 2;
  CHECK(recovery_in_words(r) == "not within 40 s");
  r.time_to_recover_s = 15;
  CHECK(recovery_in_words(r) == "15 s");
  r.requests_lost = 1e300;
  CHECK(lost_in_words(r) == "1,000,000,000,000,000");
  r.requests_lost = -3;
  CHECK(lost_in_words(r) == "0");
}

TEST_CASE("the command that repeats the run") {
  CHECK(repeat_command(example_experiment()) == "loadgen run scenarios/demo.toml --seed 42");
  CHECK(repeat_command(example_quick()) ==
        "loadgen http -t 20 -c 50 --rps 200 http://127.0.0.1:8080/test_db");
  Result result;
  CHECK(repeat_command(result) == "");
  result.scenario_path = "a b.toml";
  result.overrides = {"phases.before=\"5s\""};
  CHECK(repeat_command(result) == "loadgen run 'a b.toml' --set 'phases.before=\"5s\"' --seed 0");
}

TEST_CASE("every outcome and verdict has words, none twice") {
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    seen.emplace_back(in_words(static_cast<Outcome>(i)));
    CHECK(seen.back() != "?");
  }
  std::sort(seen.begin(), seen.end());
  CHECK(std::unique(seen.begin(), seen.end()) == seen.end());
  for (int i = 0; i < 6; ++i) CHECK_FALSE(icon_of(static_cast<Verdict>(i)).empty());
}

TEST_CASE("a run is as long as from its first phase to its last, and may have none") {
  CHECK(duration_of(example_experiment()) == std::chrono::seconds(130));
  CHECK(duration_of(Result{}) == Duration{0});
  CHECK(headline(Result{}) == "nothing was declared that could fail");
  Result failed;
  failed.verdict = Verdict::failed;
  failed.reasons = {"FAILED: p99 was 2 s", "and more"};
  CHECK(headline(failed) == "p99 was 2 s");
}

TEST_CASE("what happened to a server, in words") {
  NodeResult node;
  Result result;
  result.fault_requested = std::chrono::seconds(10);
  CHECK(events_in_words(result, "pg-0", node) == "");
  const auto event = [&](int at, const char* kind, const char* detail) {
    node.events.push_back({std::chrono::seconds(at), std::nullopt, kind, detail});
  };
  event(11, "blind", "refused");
  node.events.back().to = std::chrono::seconds(16);
  event(16, "restart", "started at …");
  event(17, "promotion", "timeline 1 → 2");
  event(18, "demotion", "it is a standby now");
  event(19, "timeline", "timeline 2 → 3");
  event(20, "other_server", "system identifier 1 → 2");
  event(21, "settings", "fsync = off (was on)");
  event(22, "blind", "refused");
  event(23, "of a newer program", "");
  CHECK(events_in_words(result, "pg-0", node) ==
        "pg-0 not seen for 5 s from +1 s, restarted at +6 s, became primary, timeline 1 → 2 at "
        "+7 s, became a standby at +8 s, follows timeline 2 → 3 at +9 s, is another server now at "
        "+10 s, has other settings: fsync = off (was on) at +11 s, not seen any more from +12 s, "
        "of a newer program at +13 s");
  CHECK(in_words("pg-0", node.events[1]) == "pg-0 restarted");
  CHECK(in_words("", node.events[1]) == "restarted");
}

}  // namespace
}  // namespace loadgen::reports
