#include "loadgen/analysis/aa.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "loadgen/analysis/analyse.h"
#include "tests/loadgen/analysis/comparable_runs.h"
#include "tests/loadgen/analysis/recorded_run.h"

namespace loadgen {
namespace {

/// `seconds` of one group at 200/s; from second to second the latency differs by sd.
Result quiet_run(std::uint64_t seed, RunSecond seconds, double sd, double error_share = 0) {
  RecordedRun run(R"(
schema = 1
[phases]
before = "600s"
[groups.control]
base_url = "http://127.0.0.1:8001"
[[workloads]]
name = "home"
kind = "http"
rate = 200
)");
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  run.mark(0, "phase", "before");
  for (RunSecond s = 0; s < seconds; ++s) {
    const auto us = static_cast<std::int64_t>(10'000 * std::exp(sd * normal(random)));
    const auto failed = static_cast<std::uint64_t>(std::lround(200 * error_share));
    run.seconds(0, {s, s + 1}, {.ok = 200 - failed, .ok_us = us, .refused = failed});
  }
  run.mark(seconds, "phase", "end").end(seconds + 1);
  return analyse(run.run);
}

const NullCount& of(const NullStretch& stretch, const std::string& metric) {
  for (const NullMetric& each : stretch.metrics) {
    if (each.metric == metric) return each.count;
  }
  FAIL("no " << metric);
  return stretch.all;
}

std::string why(const NullStretch& stretch, const std::string& metric) {
  for (const NullMetric& each : stretch.metrics) {
    if (each.metric == metric) return each.why_open;
  }
  return "no " + metric;
}

TEST_CASE("a quiet site is hardly ever flagged, and its halves pass") {
  const auto stretches = deal_halves(quiet_run(1, 300, 0.05), 500, 7);
  REQUIRE(stretches.size() == 1);
  const NullStretch& stretch = stretches[0];
  CHECK(stretch.batches == 10);
  CHECK(stretch.all.comparisons == 500);
  CHECK(stretch.all.flagged() <= 10);
  CHECK(of(stretch, "p50").passed > 450);
  CHECK(of(stretch, "error_rate").passed == 500);
  CHECK(stretch.all.passed + stretch.all.flagged() + stretch.all.undecided() == 500);
}

TEST_CASE("the same seed deals the same halves, another one others") {
  const Result run = quiet_run(2, 120, 0.3);
  CHECK(deal_halves(run, 200, 7) == deal_halves(run, 200, 7));
  CHECK_FALSE(deal_halves(run, 200, 7) == deal_halves(run, 200, 8));
}

TEST_CASE("noise makes it undecided, not flagged") {
  const auto stretches = deal_halves(quiet_run(3, 60, 0.6), 500, 7);
  CHECK(stretches[0].all.undecided() > 250);
  CHECK(stretches[0].all.flagged() <= 25);
  CHECK(why(stretches[0], "p50").find("no reasonable length would decide") != std::string::npos);
}

TEST_CASE("the length that is said to decide does") {
  const auto stretches = deal_halves(quiet_run(3, 60, 0.2), 500, 7);
  const std::string reason = why(stretches[0], "p50");
  CAPTURE(reason);
  CHECK(reason.find("by chance alone the 90 % interval of two halves reaches ") == 0);
  CHECK(reason.find("the margin is 1.1: ") != std::string::npos);
  // As long as that it does decide.
  const std::size_t about = reason.find("phases of about ");
  REQUIRE(about != std::string::npos);
  const int needed = std::stoi(reason.substr(about + std::string("phases of about ").size()));
  CHECK(needed > 60);
  const auto longer = deal_halves(quiet_run(3, static_cast<RunSecond>(needed), 0.2), 500, 7);
  CHECK(of(longer[0], "p50").undecided() < of(stretches[0], "p50").undecided() / 2);
}

TEST_CASE("too little data says so, and is no PASS") {
  const auto shorter = deal_halves(quiet_run(4, 5, 0.05), 10, 7);
  CHECK(shorter[0].all.comparisons == 0);
  CHECK(shorter[0].why_not.find("batches") != std::string::npos);
  // 20 s at 200/s: 40 answers beyond p99.
  const auto few = deal_halves(quiet_run(4, 20, 0.01), 10, 7);
  CHECK(of(few[0], "p99").undecided() == 10);
  CHECK(why(few[0], "p99") ==
        "half of the phase has 20 answers beyond it, 100 are needed: phases of about 100 s at this "
        "rate");
  CHECK(why(few[0], "error_rate") == "");
  CHECK(few[0].all.passed == 0);
  const auto failed = deal_halves(quiet_run(4, 60, 0.01, 1.0), 10, 7);
  CHECK(of(failed[0], "p50").undecided() == 10);
  CHECK(why(failed[0], "p50") == "nothing was answered");
}

TEST_CASE("of a run with a fault only what it did not touch") {
  RecordedRun run(std::string(kTwoGroups) + kFault);
  run.phases().both({0, 65}, {.ok = 100}).mark(25, "requested", "kill", "experimental").end(66);
  std::string all;
  for (const NullStretch& stretch : deal_halves(analyse(run.run), 10, 7)) {
    all += stretch.group + " " + stretch.phase + "\n";
  }
  CHECK(all == "control before\ncontrol during\ncontrol after\nexperimental before\n");
}

TEST_CASE("runs against each other, both ways") {
  const std::vector<ComparableRun> same = {test::run_like({.at = 0}), test::run_like({.at = 1}),
                                           test::run_like({.at = 2})};
  const NullCount quiet = each_against_each(same);
  CHECK(quiet.comparisons == 6);
  CHECK(quiet.passed == 6);
  const NullCount wild =
      each_against_each({test::run_like({.at = 0}), test::run_like({.p50 = 0.02, .at = 1})});
  CHECK(wild.comparisons == 2);
  CHECK(wild.failed == 1);
}

}  // namespace
}  // namespace loadgen
