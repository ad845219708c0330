#include "loadgen/analysis/analyse.h"

#include <functional>
#include <string>

#include "recorded_run.h"

namespace loadgen {
namespace {

std::string checks(const std::string& during, const std::string& id = "bounded") {
  return "[[steady_state.checks]]\nid = \"" + id + "\"\nphase = \"during\"\nassert = ['" + during +
         "']\n";
}

/// Nothing but the declared checks decides.
constexpr const char* kOnlyChecks = "[steady_state]\nmargins = \"none\"\n";

/// A whole run in which the experimental group is down from 30 to 41 s.
RecordedRun story(const std::string& more, const std::string& margins = kOnlyChecks) {
  RecordedRun recorded(std::string(kTwoGroups) + kFault + margins + more);
  recorded.phases().mark(30, "requested", "kill");
  recorded.seconds(0, {0, 65}, {.ok = 100});
  recorded.seconds(1, {0, 30}, {.ok = 100}).seconds(1, {30, 41}, {.refused = 100});
  recorded.seconds(1, {41, 65}, {.ok = 100});
  return recorded;
}

TEST_CASE("the verdict in the user's words, and its exit code") {
  struct Row {
    std::string why, more;
    std::function<void(RecordedRun&)> change;
    Verdict verdict;
    std::string headline;
    ExitCode code;
  };
  const auto end = [](RecordedRun& r) { r.end(66); };
  const Row rows[] = {
      {"held", checks("error_rate < 60%"), end, Verdict::pass,
       "PASS: the declared check held; the outage lasted 11 s", ExitCode::pass},
      {"refuted", checks("error_rate < 15%"), end, Verdict::failed,
       "FAILED: during the fault, experimental error rate of home was 55 % (allowed < 15 %)",
       ExitCode::failed},
      {"nothing declared", "", end, Verdict::none,
       "NONE: no check was declared; the outage lasted 11 s", ExitCode::pass},
      {"undecided", checks("ok_p999 < 1s"), end, Verdict::inconclusive,
       "INCONCLUSIVE: \"ok_p999 < 1s\" (during, experimental, home) is undecided: too few: it "
       "needs 1000 requests, there are 900",
       ExitCode::inconclusive},
      {"abort rule on experimental", checks("error_rate < 60%"),
       [](RecordedRun& r) {
         r.mark(40, "abort", "experimental: error_rate > 50% for 5s", "experimental",
                "error rate was 100 %");
         r.end(66, true, "abort rule");
       },
       Verdict::failed,
       "FAILED: the abort rule \"experimental: error_rate > 50% for 5s\" fired: error rate was 100 "
       "%",
       ExitCode::failed},
      {"abort rule on control", checks("error_rate < 15%"),
       [](RecordedRun& r) {
         r.mark(40, "abort", "control: error_rate > 5%", "control").end(66, true, "abort rule");
       },
       Verdict::invalid, "INVALID: the abort rule \"control: error_rate > 5%\" fired",
       ExitCode::invalid},
      {"the gate refused", checks("error_rate < 60%"),
       [](RecordedRun& r) {
         r.run.marks.pop_back();
         r.mark(25, "gate", "refused", "", "p99 drifts").end(66, true, "gate");
       },
       Verdict::inconclusive,
       "INCONCLUSIVE: the gate refused to inject: `before` is not a steady state: p99 drifts",
       ExitCode::inconclusive},
      {"refused for a check of its own: nothing failed",
       "[[steady_state.checks]]\nid = \"g\"\nphase = \"before\"\ngate = true\nassert = ['p50 < "
       "5ms']\n",
       [](RecordedRun& r) { r.mark(25, "gate", "refused").end(66, true, "gate"); },
       Verdict::inconclusive,
       "INCONCLUSIVE: the gate refused to inject: `before` is not a steady state",
       ExitCode::inconclusive},
      {"a check that is not the gate's fails all the same",
       "[[steady_state.checks]]\nid = \"g\"\nphase = \"before\"\ngroup = \"control\"\nassert = "
       "['p50 < 5ms']\n",
       [](RecordedRun& r) { r.mark(25, "gate", "refused").end(66, true, "gate"); }, Verdict::failed,
       "FAILED: before the fault, control p50 of home was 10 ms (90 % interval 10 ms, allowed "
       "< 5 ms)",
       ExitCode::failed},
      {"a check of a gate that was passed",
       "[[steady_state.checks]]\nid = \"g\"\nphase = \"before\"\ngate = true\ngroup = "
       "\"control\"\nassert = ['p50 < 5ms']\n",
       [](RecordedRun& r) { r.mark(25, "gate", "steady").end(66); }, Verdict::failed,
       "FAILED: before the fault, control p50 of home was 10 ms (90 % interval 10 ms, allowed "
       "< 5 ms)",
       ExitCode::failed},
      {"forced though not steady", checks("error_rate < 60%"),
       [](RecordedRun& r) { r.mark(25, "gate", "not_steady", "", "p99 drifts").end(66); },
       Verdict::inconclusive,
       "INCONCLUSIVE: the fault was forced though `before` was not "
       "steady: p99 drifts",
       ExitCode::inconclusive},
      {"forced, and it was steady: it still can't pass", checks("error_rate < 60%"),
       [](RecordedRun& r) {
         r.run.header.forced = true;
         r.mark(25, "gate", "steady").end(66);
       },
       Verdict::inconclusive, "INCONCLUSIVE: --force was given: the gate could not have refused",
       ExitCode::inconclusive},
      {"forced, and a check is refuted", checks("error_rate < 15%"),
       [](RecordedRun& r) {
         r.run.header.forced = true;
         r.mark(25, "gate", "not_steady", "", "p99 drifts").end(66);
       },
       Verdict::failed,
       "FAILED: during the fault, experimental error rate of home was 55 % (allowed < 15 %)",
       ExitCode::failed},
      {"steady after it was extended", checks("error_rate < 60%"),
       [](RecordedRun& r) { r.mark(20, "gate", "extended").mark(25, "gate", "steady").end(66); },
       Verdict::pass, "PASS: the declared check held; the outage lasted 11 s", ExitCode::pass},
      {"interrupted", checks("error_rate < 60%"),
       [](RecordedRun& r) { r.mark(62, "interrupted", "").end(66, true, "interrupted"); },
       Verdict::inconclusive, "INCONCLUSIVE: the run was interrupted at 62 s",
       ExitCode::interrupted},
      {"killed", checks("error_rate < 60%"), [](RecordedRun&) {}, Verdict::inconclusive,
       "INCONCLUSIVE: the run was aborted: loadgen ended early at 65 "
       "s: the journal has no end",
       ExitCode::inconclusive},
      {"not injected outranks invalid", checks("error_rate < 60%"),
       [](RecordedRun& r) { r.mark(30, "not_injected", "kill", "", "exit 1").end(66); },
       Verdict::invalid, "INVALID: the fault kill was not injected: exit 1",
       ExitCode::not_injected},
      {"not reverted outranks all", checks("error_rate < 60%"),
       [](RecordedRun& r) {
         r.mark(30, "not_injected", "kill").mark(62, "not_reverted", "kill").end(66);
       },
       Verdict::invalid, "INVALID: the fault kill was not injected", ExitCode::not_reverted},
      {"control was disturbed, too", checks("error_rate < 60%"),
       [](RecordedRun& r) {
         r.seconds(0, {31, 37}, {.refused = 300}).end(66);
       },
       Verdict::inconclusive,
       "INCONCLUSIVE: control was disturbed, too, in home: at 31 s of "
       "the run, experimental at 30 "
       "s",
       ExitCode::inconclusive},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded = story(row.more);
    row.change(recorded);
    const Result result = analyse(recorded.run);
    CHECK(result.verdict == row.verdict);
    CHECK(result.reasons.front() == row.headline);
    CHECK(exit_code_of(result) == row.code);
  }
}

TEST_CASE("what was not declared decides by its margins") {
  struct Row {
    std::string why;
    std::int64_t after_us;  // experimental's; it was 10 ms
    std::uint64_t per_second;
    Verdict verdict;
    std::string headline;
  };
  const Row rows[] = {
      {"as before", 10'000, 1'000, Verdict::pass,
       "PASS: nothing that was compared is worse than its margin; the outage lasted 5 s"},
      {"a little slower, within the margin", 10'700, 1'000, Verdict::pass,
       "PASS: nothing that was compared is worse than its margin; the outage lasted 5 s"},
      {"slower than the margin", 11'700, 1'000, Verdict::degraded,
       "DEGRADED: after the fault, experimental p50 of home is 1.17 × control, net of the ratio "
       "before (90 % interval 1.17, margin 1.1)"},
      {"far slower", 20'000, 1'000, Verdict::failed,
       "FAILED: after the fault, experimental p50 of home is 2 × control, net of the ratio before "
       "(90 % interval 2, margin 1.1)"},
      {"too few for a p99", 10'000, 100, Verdict::inconclusive,
       "INCONCLUSIVE: after the fault, experimental p99 of home, which no check declares, is "
       "undecided: too few requests to decide: 10000 are needed, 100 s at this rate"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded(std::string(kTwoGroups) + kFault);
    recorded.phases().mark(26, "requested", "kill");
    recorded.seconds(0, {0, 65}, {.ok = row.per_second});
    recorded.seconds(1, {0, 26}, {.ok = row.per_second}).seconds(1, {26, 31}, {.refused = 100});
    recorded.seconds(1, {31, 45}, {.ok = row.per_second});
    recorded.seconds(1, {45, 65}, {.ok = row.per_second, .ok_us = row.after_us}).end(66);
    const Result result = analyse(recorded.run);
    CHECK(result.verdict == row.verdict);
    CHECK(result.reasons.front() == row.headline);
  }
}

TEST_CASE("a lone group is what is tested: its abort rule fails the run") {
  RecordedRun recorded(R"(
schema = 1
[phases]
before = "10s"
[groups.target]
base_url = "http://127.0.0.1:1"
[[workloads]]
name = "home"
kind = "http"
rate = 100
[steady_state]
abort = ["target: error_rate > 50% for 2s"]
)");
  recorded.mark(0, "phase", "before").seconds(0, {0, 5}, {.refused = 10});
  recorded.mark(5, "abort", "target: error_rate > 50% for 2s").mark(5, "phase", "end");
  recorded.end(6, true, "abort");
  CHECK(exit_code_of(analyse(recorded.run)) == ExitCode::failed);
}

TEST_CASE("the result tells the run") {
  RecordedRun recorded = story(checks("error_rate < 60%"));
  recorded.end(66);
  const Result result = analyse(recorded.run);
  CHECK(result.name == "by-hand");
  CHECK(result.hypothesis == "Nobody notices");
  CHECK(result.started_at == "2026-08-20T10:06:04.000Z");
  CHECK(result.ended_at == "2026-08-20T10:07:10.000Z");
  CHECK(result.scenario_sha256.size() == 64);
  CHECK(*result.fault_requested == std::chrono::seconds{30});
  REQUIRE(result.groups.size() == 2);
  CHECK(result.groups[0].first == "control");
  CHECK(result.groups[0].second.target.find("pw") == std::string::npos);
  CHECK(result.groups[0].second.target.find("127.0.0.1:8001") != std::string::npos);
  CHECK(result.comparison.size() == 20);
  CHECK(result.steadiness.outcome == "steady");
  CHECK_FALSE(result.aborted);
  const auto& recovery = result.groups[1].second.workloads[0].second.recovery;
  REQUIRE(recovery);
  CHECK(*recovery->time_to_recover_s == 11);
  CHECK(recovery->requests_lost == doctest::Approx(1100));

  SUBCASE("it is the same every time, and its file reads back") {
    const std::string json = write_result(result);
    CHECK(write_result(analyse(recorded.run)) == json);
    CHECK(read_result(json, "result.json") == result);
    CHECK(json.find("nan") == std::string::npos);
    CHECK(json.find("inf") == std::string::npos);
  }
}

TEST_CASE("whatever a journal holds, there is a result that can be written") {
  struct Row {
    std::string why;
    std::function<void(RecordedRun&)> fill;
  };
  const Row rows[] = {
      {"a header and nothing else", [](RecordedRun&) {}},
      {"tickets but no marks",
       [](RecordedRun& r) {
         r.both({0, 3}, {.ok = 1});
       }},
      {"marks but no tickets", [](RecordedRun& r) { r.phases().end(65); }},
      {"warm-up only",
       [](RecordedRun& r) {
         r.mark(0, "phase", "warmup").both({0, 2}, {.ok = 1});
       }},
      {"all blind",
       [](RecordedRun& r) {
         r.phases().both({0, 65}, {.late = 9}).end(65);
       }},
      {"all failed",
       [](RecordedRun& r) {
         r.phases().mark(25, "requested", "kill").both({0, 65}, {.refused = 9}).end(65);
       }},
      {"a fault before anything",
       [](RecordedRun& r) {
         r.mark(-3, "requested", "kill").phases().both({0, 65}, {.ok = 9});
       }},
      {"a fault after everything",
       [](RecordedRun& r) {
         r.mark(99, "requested", "kill").phases().both({0, 65}, {.ok = 9});
       }},
      {"the clock jumped back",
       [](RecordedRun& r) {
         r.mark(0, "phase", "warmup").mark(30, "phase", "before").mark(40, "phase", "during");
         r.mark(2, "phase", "after").mark(65, "phase", "end").both({0, 65}, {.ok = 9}).end(65);
       }},
      {"the clock jumped ten years ahead",
       [](RecordedRun& r) {
         r.mark(0, "phase", "before").mark(9, "phase", "during").mark(3e8, "phase", "after");
         r.mark(4e8, "phase", "end").both({0, 20}, {.ok = 9}).end(20);
       }},
      {"one group is longer",
       [](RecordedRun& r) {
         r.phases().seconds(0, {0, 65}, {.ok = 500}).seconds(1, {0, 12}, {.ok = 500}).end(65);
       }},
      {"no before",
       [](RecordedRun& r) {
         r.mark(0, "phase", "during").mark(20, "phase", "after").mark(50, "phase", "end");
         r.both({0, 50}, {.ok = 500}).end(50);
       }},
      {"one second",
       [](RecordedRun& r) {
         r.mark(0, "phase", "before").mark(1, "phase", "end").both({0, 1}, {.ok = 1}).end(1);
       }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded(std::string(kTwoGroups) + kFault + checks("p99 < 1s") +
                         checks("recovery_time < 30s", "b") + checks("longest_outage < 10s", "c"));
    row.fill(recorded);
    const Result result = analyse(recorded.run);
    CHECK(result.verdict != Verdict::pass);
    CHECK(exit_code_of(result) != ExitCode::pass);
    const std::string json = write_result(result);
    CHECK(read_result(json, "result.json") == result);
    CHECK(json.find("nan") == std::string::npos);
    CHECK(json.find("inf") == std::string::npos);
  }
}

TEST_CASE("a quick run") {
  struct Row {
    std::string why, more;
    Tickets tickets;
    double max_error_rate;
    ExitCode code;
  };
  const Row rows[] = {
      {"answers came", "", {.ok = 100}, 0.05, ExitCode::pass},
      {"few failed", "", {.ok = 95, .refused = 5}, 0.05, ExitCode::pass},
      {"more failed", "", {.ok = 94, .refused = 6}, 0.05, ExitCode::failed},
      {"as many as are allowed", "", {.ok = 50, .refused = 50}, 0.5, ExitCode::pass},
      {"none was ok, though all are allowed to fail", "", {.refused = 50}, 1, ExitCode::failed},
      {"a check decides instead",
       "[[steady_state.checks]]\nid = \"c\"\nphase = \"before\"\nassert = ['p50 < 1s']\n",
       {.ok = 80, .refused = 20},
       0.05,
       ExitCode::pass},
      {"a check that is refuted",
       "[[steady_state.checks]]\nid = \"c\"\nphase = \"before\"\nassert = ['p99 < 1s']\n",
       {.ok = 80, .refused = 20},
       0.5,
       ExitCode::failed},
      {"our own lateness outranks", "", {.ok = 90, .late = 10}, 0.05, ExitCode::invalid},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded(R"(
schema = 1
[phases]
before = "10s"
[groups.target]
base_url = "http://127.0.0.1:1"
[[workloads]]
name = "http"
kind = "http"
rate = 100
)" + row.more);
    recorded.run.header.quick = true;
    recorded.mark(0, "phase", "before").mark(10, "phase", "end");
    recorded.seconds(0, {0, 10}, row.tickets).end(11);
    const Result result = analyse(recorded.run);
    CHECK(quick_exit_code(result, row.max_error_rate) == row.code);
    CHECK(result.groups[0].second.workloads[0].second.phases[0].first == "run");
    if (!result.checks.empty()) CHECK(result.checks[0].phase == "run");
  }
}

}  // namespace
}  // namespace loadgen
