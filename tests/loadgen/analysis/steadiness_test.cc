#include "loadgen/analysis/steadiness.h"

#include "recorded_run.h"
#include "tests/bench/ground_truth.h"

namespace loadgen {
namespace {

TEST_CASE("steady, unverifiable, not steady") {
  struct Row {
    std::string why;
    GroundTruth truth;
    std::string outcome, reason;
  };
  const auto with = [](double sd, double rho, RunSecond before,
                       std::vector<TruthEffect> effects = {}) {
    GroundTruth truth;
    truth.sd = sd;
    truth.rho = rho;
    truth.before = before;
    truth.after = 0;
    truth.effects = std::move(effects);
    return truth;
  };
  const Row rows[] = {
      {"five minutes of noise", with(0.1, 0.5, 300), "steady", ""},
      {"a minute of calm", with(0.03, 0, 60), "steady", ""},
      {"a minute of slow weather", with(0.1, 0.95, 60), "unverifiable", "it needs about"},
      {"ten seconds", with(0.03, 0, 10), "unverifiable", "it needs about"},
      {"a step of 20 %", with(0.03, 0.5, 200, {{1, 130, 200, 1.2}}), "not steady",
       "p50 of w0 in experimental"},
      {"errors that begin", with(0.03, 0.5, 200, {{1, 120, 200, 1, 0.1}}), "not steady",
       "error rate of w0 in experimental"},
      {"a rest of warm-up is cut", with(0.03, 0.5, 300, {{0, 0, 30, 1.5}}), "steady", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Run run = run_of(row.truth);
    const Steadiness found = steadiness_of(measure(run, phases_of(run)));
    CAPTURE(found.reasons.empty() ? std::string() : found.reasons.front());
    CHECK(found.outcome == row.outcome);
    CHECK(found.reasons.empty() == (row.outcome == "steady"));
    bool told = row.reason.empty();
    for (const std::string& reason : found.reasons) {
      told = told || reason.find(row.reason) != std::string::npos;
    }
    CHECK(told);
    CHECK((found.cut_s > 0) == (row.why == "a rest of warm-up is cut"));
    if (found.needed_s) CHECK(*found.needed_s > row.truth.before);
  }
}

TEST_CASE("a slow ramp is a trend") {
  GroundTruth truth;
  truth.sd = 0.03;
  truth.before = 300;
  truth.after = 0;
  // 1.4 at the begin, back to 1 at the end.
  truth.effects = {{1, 0, 300, 1.4, 0, 300}};
  const Run run = run_of(truth);
  const Steadiness found = steadiness_of(measure(run, phases_of(run)));
  CHECK(found.outcome == "not steady");
}

TEST_CASE("a smooth ramp that is no line in logarithms is a trend, however short") {
  RecordedRun recorded(kTwoGroups);
  recorded.mark(0, "phase", "before").mark(24, "phase", "end");
  for (RunSecond s = 0; s < 24; ++s) {
    recorded.seconds(0, {s, s + 1}, {.ok = 60});
    recorded.seconds(1, {s, s + 1}, {.ok = 60, .ok_us = 50'000 + 2'000 * s});
  }
  recorded.end(24);
  const Steadiness found = steadiness_of(measure(recorded.run, phases_of(recorded.run)));
  CHECK(found.outcome == "not steady");
}

TEST_CASE("a healthy system is seldom refused, whatever its weather") {
  std::size_t refused = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    GroundTruth truth;
    truth.rho = seed % 3 == 0 ? 0.8 : 0.5;
    truth.workloads = 2;
    truth.before = 300;
    truth.after = 0;
    truth.seed = seed;
    const Run run = run_of(truth);
    refused += steadiness_of(measure(run, phases_of(run))).outcome == "not steady" ? 1 : 0;
  }
  CHECK(refused <= 2);
}

TEST_CASE("a load that changes by plan is not meant to be steady") {
  GroundTruth truth;
  truth.before = 60;
  truth.after = 0;
  Run run = run_of(truth);
  const auto hold = std::chrono::seconds(30);
  run.scenario.workloads[0].stages = {{100_rps, Duration{0}, hold}, {200_rps, Duration{0}, hold}};
  CHECK(steadiness_of(measure(run, phases_of(run))).outcome.empty());
}

TEST_CASE("no data") {
  RecordedRun silent;
  silent.phases();
  silent.run.last = std::chrono::seconds{65};
  const Steadiness found = steadiness_of(measure(silent.run, phases_of(silent.run)));
  CHECK(found.outcome == "unverifiable");
  CHECK_FALSE(found.reasons.empty());
  RecordedRun none;
  CHECK(steadiness_of(measure(none.run, phases_of(none.run))).outcome.empty());
  RecordedRun refused;
  refused.phases().both({0, 65}, {.refused = 9});
  CHECK(steadiness_of(measure(refused.run, phases_of(refused.run))).outcome == "unverifiable");
}

}  // namespace
}  // namespace loadgen
