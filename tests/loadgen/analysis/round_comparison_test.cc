#include "loadgen/analysis/round_comparison.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "loadgen/analysis/analyse.h"
#include "loadgen/plan/rounds.h"
#include "tests/loadgen/analysis/recorded_run.h"

namespace loadgen {
namespace {

constexpr const char* kBench = R"(
schema = 1
[experiment]
order = "ABBA"
[phases]
warmup = "4s"
before = "120s"
[groups.control]
base_url = "http://127.0.0.1:8001"
[groups.experimental]
base_url = "http://127.0.0.1:8002"
[[workloads]]
name = "home"
kind = "http"
rate = 500
)";

struct Noise {
  std::uint64_t seed = 1;
  double factor = 1;       // head against base
  double drift = 0;        // by so much (of the logarithm) over the run
  double of_rounds = 0;    // sd from round to round, shared by both
  double of_turns = 0.02;  // sd of each turn alone
  double settling = 1;     // the first second of each turn is so many times as slow
  std::uint64_t head_refused = 0;
  RunSecond stop = 124;  // nothing is recorded from here on
  std::string scenario = kBench;
};

Run run_of(const Noise& noise) {
  RecordedRun recorded(noise.scenario);
  std::mt19937_64 random(noise.seed);
  std::normal_distribution<double> normal;
  recorded.mark(0, "phase", "warmup").mark(4, "phase", "before");
  double round_level = 0;
  for (const Turn& turn : Rounds(recorded.run.scenario).turns()) {
    if (turn.from % 20 == 4) round_level = noise.of_rounds * normal(random);
    const bool head = turn.group == 1;
    const double turn_level = noise.of_turns * normal(random);
    for (RunSecond s = turn.from; s < std::min(turn.to, noise.stop); ++s) {
      const double level = round_level + turn_level + noise.drift * s / 124 +
                           (head ? std::log(noise.factor) : 0) +
                           (s < turn.judged ? std::log(noise.settling) : 0);
      const auto us = static_cast<std::int64_t>(10'000 * std::exp(level));
      const std::uint64_t refused = head ? noise.head_refused : 0;
      recorded.seconds(turn.group, {s, s + 1},
                       {.ok = 490 - refused, .ok_us = us, .refused = refused});
      recorded.seconds(turn.group, {s, s + 1}, {.ok = 10, .ok_us = 3 * us});  // the tail
    }
  }
  recorded.mark(noise.stop, "phase", "end").end(noise.stop + 1);
  return recorded.run;
}

const ComparisonRow& row_of(const Result& result, const char* metric) {
  for (const ComparisonRow& row : result.comparison) {
    if (row.metric == metric) return row;
  }
  FAIL("no " << metric);
  return result.comparison.front();
}

TEST_CASE("six rounds of the same pass, each round told") {
  const Result result = analyse(run_of({}));
  CAPTURE(result.reasons.front());
  CHECK(result.verdict == Verdict::pass);
  const ComparisonRow& p50 = row_of(result, "p50");
  CHECK(p50.verdict == "PASS");
  CHECK(p50.rounds.size() == 6);
  CHECK(*p50.ratio == doctest::Approx(1).epsilon(0.05));
  CHECK(p50.interval->first < 1);
  CHECK(p50.interval->second > 1);
  CHECK(row_of(result, "error_rate").verdict == "PASS");
  CHECK(row_of(result, "error_rate").rounds == std::vector<double>(6, 0));
  CHECK(row_of(result, "p99").verdict == "PASS");
  CHECK(row_of(result, "p90").verdict == "not judged");
  std::string all;
  for (const std::string& reason : result.reasons) all += reason + "\n";
  CHECK(all.find("took turns, ABBA: 6 rounds") != std::string::npos);
}

TEST_CASE("a slower head is flagged, though rounds differ by more than it is slower") {
  const Result result = analyse(run_of({.factor = 1.2, .of_rounds = 0.3, .of_turns = 0.01}));
  CHECK(row_of(result, "p50").verdict == "DEGRADED");
  CHECK(*row_of(result, "p50").ratio == doctest::Approx(1.2).epsilon(0.02));
  CHECK(result.verdict == Verdict::degraded);
  CHECK(analyse(run_of({.factor = 2})).verdict == Verdict::failed);
  CHECK(analyse(run_of({.head_refused = 40})).verdict == Verdict::failed);
}

TEST_CASE("a steady drift cancels") {
  const Result result = analyse(run_of({.drift = std::log(3.0), .of_turns = 0}));
  CHECK(*row_of(result, "p50").ratio == doctest::Approx(1).epsilon(0.02));
  CHECK(row_of(result, "p50").verdict != "FAILED");
  CHECK(row_of(result, "p50").verdict != "DEGRADED");
}

TEST_CASE("what settles at the begin of a turn is not judged") {
  const Result result = analyse(run_of({.of_turns = 0, .settling = 50}));
  CHECK(*row_of(result, "p99").ratio == 1);
  CHECK(*row_of(result, "p99").control < 0.05);
}

TEST_CASE("rates are those of a group's own turns") {
  const Result result = analyse(run_of({}));
  for (const auto& [name, group] : result.groups) {
    CAPTURE(name);
    const PhaseFigures& before = group.workloads[0].second.phases.back().second;
    CHECK(*before.offered_per_s == doctest::Approx(500));
    CHECK(before.ok_per_s == doctest::Approx(500));
  }
  CHECK(result.steadiness.outcome == "");
}

TEST_CASE("fewer than six whole rounds never pass, and never fail") {
  for (const double factor : {1.0, 3.0}) {
    const Result result = analyse(run_of({.factor = factor, .stop = 110}));
    CHECK(result.verdict == Verdict::inconclusive);
    CHECK(row_of(result, "p50").note.find("5 rounds were run to their end, 6 are needed") == 0);
  }
}

TEST_CASE("declared checks and margins decide here as elsewhere") {
  Noise strict{.factor = 1.2};
  strict.scenario +=
      "[steady_state]\nmargins = { p50 = \"50%\", p99 = \"50%\", goodput = \"5%\" }\n";
  const Result lenient = analyse(run_of(strict));
  CAPTURE(lenient.reasons.front());
  CHECK(lenient.verdict == Verdict::pass);
  Noise none{.factor = 2};
  none.scenario += "[steady_state]\nmargins = \"none\"\n";
  CHECK(analyse(run_of(none)).verdict == Verdict::none);
  Noise declared{.factor = 2};
  declared.scenario +=
      "[[steady_state.checks]]\nid = \"own\"\nphase = \"before\"\nassert = [\"p50 < 1s\"]\n";
  CHECK(row_of(analyse(run_of(declared)), "p50").note == "the declared check own decides");
}

TEST_CASE("closed loops are compared by their throughput, too") {
  Noise closed;
  closed.scenario.replace(closed.scenario.find("rate = 500"), 10, "rate = 0\nclients = 5");
  const Result result = analyse(run_of(closed));
  CHECK(row_of(result, "ok_rate").verdict == "PASS");
  CHECK(*row_of(result, "ok_rate").control == doctest::Approx(500));
}

TEST_CASE("identical turns are flagged in at most 2 % of runs, 20 % more in at least 95 %") {
  int flagged = 0, failed = 0, found = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Verdict same =
        analyse(run_of({.seed = seed, .of_rounds = 0.1, .of_turns = 0.04})).verdict;
    flagged += same == Verdict::degraded || same == Verdict::failed ? 1 : 0;
    failed += same == Verdict::failed ? 1 : 0;
    const Verdict slow =
        analyse(run_of({.seed = seed, .factor = 1.2, .of_rounds = 0.1, .of_turns = 0.04})).verdict;
    found += slow == Verdict::degraded || slow == Verdict::failed ? 1 : 0;
  }
  CHECK(flagged <= 4);
  CHECK(failed == 0);
  CHECK(found >= 190);
}

}  // namespace
}  // namespace loadgen
