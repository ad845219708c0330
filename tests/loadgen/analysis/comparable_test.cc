#include "loadgen/analysis/comparable.h"

#include <doctest/doctest.h>

#include "loadgen/analysis/analyse.h"
#include "tests/loadgen/analysis/recorded_run.h"

namespace loadgen {
namespace {

constexpr const char* kOneGroup = R"(
schema = 1
[phases]
warmup = "5s"
before = "60s"
[groups.target]
base_url = "http://127.0.0.1:8001"
[[workloads]]
name = "home"
kind = "http"
rate = 200
)";

/// 5 s of warm-up and `seconds` of before, the tickets of each second as given.
Result run_of(const std::string& scenario, RunSecond seconds, const Tickets& tickets) {
  RecordedRun run(scenario);
  run.mark(0, "phase", "warmup");
  run.seconds(0, {0, 5}, {.ok = 200, .ok_us = 90'000});
  run.mark(5, "phase", "before");
  for (RunSecond s = 5; s < 5 + seconds; ++s) {
    Tickets each = tickets;
    each.ok_us += 100 * (s % 3);
    run.seconds(0, {s, s + 1}, each);
  }
  run.mark(5.0 + seconds, "phase", "end").end(6.0 + seconds);
  return analyse(run.run);
}

const ComparableMetric& metric(const ComparableRun& run, const char* name) {
  REQUIRE(run.stretches.size() == 1);
  const ComparableMetric* found = run.stretches[0].metric(name);
  REQUIRE(found != nullptr);
  return *found;
}

TEST_CASE("the phases but warm-up, each metric with its error") {
  const ComparableRun run = comparable(run_of(kOneGroup, 60, {.ok = 198, .refused = 2}));
  CHECK(run.unusable == "");
  CHECK(run.load.at("home: rate") == "200/s");
  CHECK(run.margins.at("p99") == 0.15);
  CHECK(run.stretches[0].phase == "before");
  CHECK(run.stretches[0].length_s == 60);
  const ComparableMetric& p50 = metric(run, "p50");
  CHECK(*p50.value == doctest::Approx(0.0101).epsilon(0.01));
  CHECK(p50.error);
  CHECK(p50.n == 60 * 198);
  const ComparableMetric& errors = metric(run, "error_rate");
  CHECK(*errors.value == doctest::Approx(0.01));
  CHECK(errors.n == 12'000);
  CHECK(errors.effective_n > 1000);
  CHECK(run.stretches[0].metric("goodput") == nullptr);  // no declared limit
  CHECK(run.stretches[0].metric("tps") == nullptr);
  // At 1 % of failures the 99th percentile lies among them.
  CHECK_FALSE(metric(run, "p99").value);
  CHECK(metric(run, "p99").why_not.find("not reached") == 0);
}

TEST_CASE("goodput needs a declared limit, closed loops have their throughput") {
  const ComparableRun limited =
      comparable(run_of(std::string(kOneGroup) + "latency_limit = \"10050us\"\n", 60, {.ok = 200}));
  CHECK(*metric(limited, "goodput").value == doctest::Approx(1.0 / 3).epsilon(0.05));
  std::string closed = kOneGroup;
  closed.replace(closed.find("rate = 200"), 10, "rate = 0\nclients = 4");
  const ComparableRun loop = comparable(run_of(closed, 60, {.ok = 50}));
  CHECK(*metric(loop, "ok_rate").value == doctest::Approx(50));
  CHECK(loop.load.count("home: rate") == 0);
}

TEST_CASE("one second, nothing ok, nothing at all: no error, and a reason") {
  const ComparableRun second = comparable(run_of(kOneGroup, 1, {.ok = 200}));
  CHECK(metric(second, "p50").value);
  CHECK_FALSE(metric(second, "p50").error);
  CHECK(metric(second, "p50").why_not != "");

  const ComparableRun failed = comparable(run_of(kOneGroup, 60, {.refused = 200}));
  CHECK_FALSE(metric(failed, "p50").value);
  CHECK(*metric(failed, "error_rate").value == 1);

  RecordedRun nothing(kOneGroup);
  nothing.mark(0, "phase", "before").end(1);
  const ComparableRun empty = comparable(analyse(nothing.run));
  for (const ComparableStretch& stretch : empty.stretches) {
    for (const ComparableMetric& each : stretch.metrics) CHECK_FALSE(each.value);
  }
}

TEST_CASE("runs that nothing may rest on say why") {
  Result invalid = run_of(kOneGroup, 20, {.ok = 200});
  invalid.trust.valid = false;
  invalid.trust.reasons = {"3 % were late"};
  CHECK(comparable(invalid).unusable == "the run is INVALID: 3 % were late");
  CHECK(comparable(invalid).untrusted);

  Result aborted = run_of(kOneGroup, 20, {.ok = 200});
  aborted.aborted = true;
  aborted.abort_reason = "interrupted";
  CHECK(comparable(aborted).unusable == "the run was aborted: interrupted");
  CHECK_FALSE(comparable(aborted).untrusted);

  Result foreign = run_of(kOneGroup, 20, {.ok = 200});
  foreign.scenario = "schema = 1\n[[[";
  CHECK(comparable(foreign).unusable == "its scenario can't be read by this version");

  Result bare = run_of(kOneGroup, 20, {.ok = 200});
  bare.groups.clear();
  CHECK(comparable(bare).unusable == "it holds no phase that can be compared");
}

TEST_CASE("of a run with a fault only `before` is compared") {
  RecordedRun run(std::string(kTwoGroups) + kFault);
  run.phases().both({0, 65}, {.ok = 100}).mark(25, "requested", "kill", "experimental").end(66);
  const ComparableRun made = comparable(analyse(run.run));
  CHECK(made.stretches.size() == 2);
  for (const ComparableStretch& stretch : made.stretches) CHECK(stretch.phase == "before");
}

TEST_CASE("how the group with the fault came through it") {
  struct Row {
    std::string why;
    RunSecond down_until;
    ComparableRecovery expected;
  };
  for (const Row& row :
       {Row{"not affected", 25, {"experimental", "home", "kill", 0, true, 0}},
        Row{"out for five seconds", 30, {"experimental", "home", "kill", 5, true, 5}},
        Row{"out until the end", 65, {"experimental", "home", "kill", 40, false, 40}}}) {
    CAPTURE(row.why);
    RecordedRun run(std::string(kTwoGroups) + kFault);
    run.phases().seconds(0, {0, 65}, {.ok = 100}).seconds(1, {0, 25}, {.ok = 100});
    run.seconds(1, {25, row.down_until}, {.refused = 100});
    run.seconds(1, {row.down_until, 65}, {.ok = 100});
    run.mark(25, "requested", "kill", "experimental").end(66);
    const ComparableRun made = comparable(analyse(run.run));
    REQUIRE(made.recoveries.size() == 1);
    const ComparableRecovery& found = made.recoveries[0];
    CHECK(found.group == row.expected.group);
    CHECK(found.faults == row.expected.faults);
    CHECK(found.recovered == row.expected.recovered);
    CHECK(found.recovery_s == doctest::Approx(row.expected.recovery_s).epsilon(0.03));
    CHECK(found.longest_outage_s == doctest::Approx(row.expected.longest_outage_s).epsilon(0.03));
  }
}

}  // namespace
}  // namespace loadgen
