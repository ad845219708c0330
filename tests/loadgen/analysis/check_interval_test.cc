#include "loadgen/analysis/check_interval.h"

#include "recorded_run.h"
#include "tests/bench/ground_truth.h"

namespace loadgen {
namespace {

CheckIntervalOf interval(const Measured& measured, const char* expression,
                         PhaseName phase = PhaseName::after, const char* vs = "") {
  const MeasuredWorkload& workload = measured.workloads.back();
  return interval_of(measured, workload, {workload.phase(phase)->span}, parse_check(expression),
                     vs);
}

TEST_CASE("levels and changes of noisy groups") {
  GroundTruth truth;
  truth.errors = 0.02;
  truth.effects = {{1, 300, 600, 1.2}};
  const Run run = run_of(truth);
  const Measured measured = measure(run, phases_of(run));
  struct Row {
    std::string expression, vs;
    double truth, width;
  };
  const double p50 = 1.2 * true_quantile_us(truth, 0.5) / 1e6;
  const double p95 = 1.2 * true_quantile_us(truth, 0.95) / 1e6;
  const Row rows[] = {
      {"ok_p50 < 1s", "", p50, 0.05 * p50},
      {"ok_p95 < 1s", "", p95, 0.08 * p95},
      {"error_rate < 50%", "", 0.02, 0.005},
      {"failed('connect_refused') < 50%", "", 0.02, 0.005},
      {"tps > 1", "", 196, 2},
      {"ok_p50 ratio < 2", "control", 1.2, 0.1},
      {"p50 ratio < 2", "before", 1.2, 0.1},
      {"ok_p50 delta < 1s", "control", p50 / 6, p50 / 15},
      {"error_rate delta < 1pp", "before", 0, 0.005},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    const auto found = interval(measured, row.expression.c_str(), PhaseName::after, row.vs.c_str());
    CAPTURE(found.why_not);
    REQUIRE(found.interval);
    REQUIRE(found.interval->low);
    REQUIRE(found.interval->high);
    CHECK(*found.interval->low <= row.truth * 1.02);
    CHECK(*found.interval->high >= row.truth * 0.98);
    CHECK(*found.interval->high - *found.interval->low < row.width);
  }
}

TEST_CASE("where there is none, and why") {
  struct Row {
    std::string why, expression, vs;
    PhaseName phase;
    Tickets tickets;
    std::string why_not;
    bool needed;
  };
  const Tickets some{.ok = 100};
  const Row rows[] = {
      {"facts", "longest_outage < 5s", "", PhaseName::after, some, "a fact of this run", false},
      {"what the generator did", "achieved_rate > 99%", "", PhaseName::before, some,
       "a fact of this run", false},
      {"a transient", "p50 < 1s", "", PhaseName::during, some, "a fact of this run", false},
      {"fifty beyond a p99 take 5,000", "p99 < 1s", "", PhaseName::after, some,
       "no interval: 5000 requests are needed, 50 s at this rate", false},
      {"2,000 without an error don't show 0.1 %", "error_rate < 0.1%", "", PhaseName::before, some,
       "no interval: 2995 requests are needed, 30 s at this rate", false},
      {"a change of a p99 with few", "p99 ratio < 1.2", "control", PhaseName::after, some,
       "too few to decide: 10000 requests are needed, 100 s at this rate", true},
      {"no ratio of shares", "error_rate ratio < 2", "before", PhaseName::after,
       Tickets{.ok = 50, .refused = 50}, "a ratio of shares has no interval: use delta", false},
      {"equality", "failed('reset') = 0%", "", PhaseName::after, some,
       "equality is judged by the observed value", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.phases().both({0, 65}, row.tickets);
    const Measured measured = measure(recorded.run, phases_of(recorded.run));
    const auto found = interval(measured, row.expression.c_str(), row.phase, row.vs.c_str());
    CHECK_FALSE(found.interval);
    CHECK(found.why_not == row.why_not);
    CHECK(found.needed == row.needed);
  }
}

TEST_CASE("an end among the failures is open") {
  // Half a percent fails in bursts, so p99 is reached, and p99.5 is not.
  RecordedRun recorded;
  recorded.phases().both({0, 45}, {.ok = 500});
  for (RunSecond s = 45; s < 65; ++s) {
    recorded.both({s, s + 1}, s % 4 == 0 ? Tickets{.ok = 482, .refused = 18} : Tickets{.ok = 500});
  }
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  const auto found = interval(measured, "p99 < 1s");
  REQUIRE(found.interval);
  CHECK(found.interval->low);
  CHECK_FALSE(found.interval->high);
  CHECK(interval_in_words(*found.interval, parse_check("p99 < 1s")) == "at least 10 ms");
}

TEST_CASE("in words") {
  CHECK(interval_in_words({0.175, 0.19}, parse_check("p99 < 1s")) == "175 – 190 ms");
  CHECK(interval_in_words({1.1, 1.31}, parse_check("p99 ratio < 2")) == "1.1 – 1.31");
  CHECK(interval_in_words({-0.001, 0.002}, parse_check("error_rate delta < 1pp")) ==
        "-0.1 – +0.2 points");
  CHECK(interval_in_words({std::nullopt, 0.1}, parse_check("p99 < 1s")) == "at most 100 ms");
  CHECK(interval_in_words({}, parse_check("p99 < 1s")) == "unknown");
}

}  // namespace
}  // namespace loadgen
