#include "loadgen/experiment/gate.h"

#include <doctest/doctest.h>

#include <string>

namespace loadgen {
namespace {

CheckResult check(const std::string& result, const std::string& group = "control") {
  CheckResult c;
  c.id = "healthy";
  c.expression = "p99 < 250ms";
  c.group = group;
  c.workload = "home";
  c.result = result;
  c.observed_text = "300 ms";
  return c;
}

TEST_CASE("what follows from a judgement") {
  struct Row {
    std::string why;
    std::vector<CheckResult> checks;
    RunSecond planned, now;
    bool inject;
    GateStep step;
  };
  const Row rows[] = {
      {"all hold", {check("held"), check("held")}, 60, 60, false, GateStep::pass},
      {"what can't be told does not refuse", {check("undecided")}, 60, 60, false, GateStep::pass},
      {"nothing to judge", {}, 60, 60, false, GateStep::pass},
      {"one is refuted", {check("held"), check("refuted")}, 60, 60, false, GateStep::extend},
      {"there is still a second", {check("refuted")}, 60, 119, false, GateStep::extend},
      {"there is none", {check("refuted")}, 60, 120, false, GateStep::refuse},
      {"told to inject, but there is time", {check("refuted")}, 60, 60, true, GateStep::extend},
      {"told to inject", {check("refuted")}, 60, 120, true, GateStep::inject_anyway},
      {"steady at last", {check("held")}, 60, 120, false, GateStep::pass},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(gate_step({row.checks, {}}, row.planned, row.now, row.inject) == row.step);
  }
}

Steadiness steadiness(const char* outcome, const char* reason) {
  Steadiness s;
  s.outcome = outcome;
  s.reasons = {reason};
  return s;
}

TEST_CASE("a drifting baseline is refused, one that can't be told is not") {
  const GateJudgement drifts{{check("held")}, steadiness("not steady", "p50 rose by 12 %")};
  const GateJudgement untold{{check("held")}, steadiness("unverifiable", "too short")};
  CHECK(gate_step(drifts, 60, 60, false) == GateStep::extend);
  CHECK(gate_step(drifts, 60, 120, false) == GateStep::refuse);
  CHECK(gate_step(drifts, 60, 120, true) == GateStep::inject_anyway);
  CHECK(gate_step(untold, 60, 60, false) == GateStep::pass);
  CHECK(told(drifts) == "p50 rose by 12 %");
  CHECK(told(untold) == "healthy: p99 < 250ms held in control, home: 300 ms; too short");
  CHECK(advice(drifts, 30, 120) ==
        "if this levels out at all, a `warmup` of 150 s (so far 30 s) leaves it behind");
  CHECK(advice(untold, 30, 120).empty());
}

TEST_CASE("the mark names the refuted checks, or all") {
  CHECK(told({{check("held"), check("refuted", "experimental")}, {}}) ==
        "healthy: p99 < 250ms refuted in experimental, home: 300 ms");
  CHECK(told({{check("held"), check("undecided", "experimental")}, {}}) ==
        "healthy: p99 < 250ms held in control, home: 300 ms; "
        "healthy: p99 < 250ms undecided in experimental, home: 300 ms");
  CHECK(told({}).empty());
}

/// Ten tickets a second from 0 on; those of the last `open_seconds` are not all answered.
Recording recording_of(RunSecond seconds, RunSecond open_seconds) {
  Recording recording;
  for (RunSecond s = 0; s < seconds; ++s) {
    SliceKey key;
    key.second = s;
    Tally& tally = recording.slices[key].tally;
    tally.scheduled = 10;
    tally.ended[static_cast<std::size_t>(Outcome::ok)] = s >= seconds - open_seconds ? 9 : 10;
  }
  return recording;
}

TEST_CASE("the last seconds are judged when their tickets have ended, two may be left out") {
  struct Row {
    std::string why;
    RunSecond open_seconds, from, to, judged;
  };
  const Row rows[] = {
      {"all answered", 0, 0, 20, 20},
      {"one in flight", 1, 0, 20, 19},
      {"slow answers", 2, 0, 20, 18},
      {"a system that hangs can't hide its seconds", 9, 0, 20, 18},
      {"never before the beginning", 9, 19, 20, 19},
      {"nothing there", 0, 5, 5, 5},
      {"what follows is not looked at", 1, 0, 19, 19},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(judged_until(recording_of(20, row.open_seconds), row.from, row.to) == row.judged);
  }
}

}  // namespace
}  // namespace loadgen
