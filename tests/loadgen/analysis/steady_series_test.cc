#include "loadgen/analysis/steady_series.h"

#include <cmath>

#include "recorded_run.h"
#include "tests/bench/ground_truth.h"

namespace loadgen {
namespace {

const SteadySeries& series_of(const std::vector<SteadySeries>& all, const char* of) {
  for (const SteadySeries& one : all) {
    if (one.of == of) return one;
  }
  FAIL("no series " << of);
  return all.front();
}

TEST_CASE("the series of a stretch") {
  RecordedRun recorded;
  recorded.phases().both({0, 65}, {.ok = 100}).both({10, 12}, {.late = 300});
  recorded.seconds(1, {20, 21}, {.refused = 100});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  const auto all = steady_series(measured, 5, 65);
  CHECK(all.size() == 8);
  const SteadySeries& median = series_of(all, "p50 of home in control");
  CHECK(median.bin_s == 1);
  CHECK(median.values.size() == 60);
  CHECK(median.values.front() == doctest::Approx(std::log(10'000)).epsilon(1e-3));
  CHECK(median.latency);
  // 1,200 answers for ten beyond the p99, and a fifth more: bins of 12 s.
  CHECK(series_of(all, "p99 of home in control").bin_s == 12);
  CHECK(series_of(all, "p99 of home in control").values.size() == 5);
  const SteadySeries& errors = series_of(all, "error rate of home in experimental");
  CHECK(errors.values.size() == 58);  // two seconds are blind
  CHECK(*std::max_element(errors.values.begin(), errors.values.end()) == doctest::Approx(0.5));
  CHECK(steady_series(measured, 30, 30).empty());
}

TEST_CASE("what a series shows") {
  GroundTruth truth;
  truth.groups = 1;
  truth.sd = 0.03;
  truth.before = 200;
  truth.after = 0;
  struct Row {
    std::string why;
    std::vector<TruthEffect> effects;
    bool warmup, trend, shift;
  };
  const Row rows[] = {
      {"nothing", {}, false, false, false},
      {"the first 20 s are slower", {{0, 0, 20, 1.3}}, true, false, false},
      {"from 130 s on it is slower", {{0, 130, 200, 1.2}}, false, true, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    truth.effects = row.effects;
    const Run run = run_of(truth);
    const Measured measured = measure(run, phases_of(run));
    const auto found = findings_of(series_of(steady_series(measured, 0, 200), "p50 of w0"));
    REQUIRE(found);
    CHECK((found->warmup.p < 0.01 && std::abs(found->warmup.size) > 0.1) == row.warmup);
    CHECK((found->shift.p < 0.01 && std::abs(found->shift.size) > 0.1) == row.shift);
    if (row.warmup) CHECK(found->cut_s == doctest::Approx(20).epsilon(0.3));
    if (row.shift) CHECK(found->shift_at_s == doctest::Approx(130).epsilon(0.1));
    if (!row.trend) CHECK(std::abs(found->trend.size) < 0.05);
    CHECK(found->tau_s >= 1);
  }
}

TEST_CASE("too few values show nothing") {
  SteadySeries series;
  CHECK_FALSE(findings_of(series));
  series.values.assign(19, 1.0);
  CHECK_FALSE(findings_of(series));
  series.values.assign(20, 1.0);
  const auto found = findings_of(series);
  REQUIRE(found);
  CHECK(found->trend.p == 1);
  CHECK(found->shift.p == 1);
  CHECK(found->cut_s == 0);
}

}  // namespace
}  // namespace loadgen
