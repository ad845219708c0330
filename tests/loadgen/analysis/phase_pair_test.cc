#include "loadgen/analysis/phase_pair.h"

#include <cmath>

#include "recorded_run.h"

namespace loadgen {
namespace {

const Compared& metric(const std::string& name) {
  for (const Compared& one : compared_metrics()) {
    if (name == one.name) return one;
  }
  FAIL("no metric " << name);
  return compared_metrics().front();
}

Pair pair_of(const Measured& measured, PhaseName phase) {
  const MeasuredWorkload &control = measured.at(0, 0), &experimental = measured.at(1, 0);
  return {&control, &experimental, control.phase(phase), experimental.phase(phase), false};
}

TEST_CASE("effects of a phase, worse = positive") {
  RecordedRun recorded;
  recorded.phases().seconds(0, {0, 65}, {.ok = 200});
  recorded.seconds(1, {0, 65}, {.ok = 190, .ok_us = 12'000, .refused = 10});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  const Pair pair = pair_of(measured, PhaseName::after);
  CHECK(std::exp(*effect_in(measured, pair, metric("p50")).value) ==
        doctest::Approx(1.2).epsilon(1e-3));
  CHECK(*effect_in(measured, pair, metric("error_rate")).value == doctest::Approx(0.05));
  CHECK(*effect_in(measured, pair, metric("goodput")).value == doctest::Approx(0.05));
  const PhaseEffect none = effect_in(measured, pair, metric("p99"));
  CHECK_FALSE(none.value);
  CHECK(none.why_not.find("not reached") == 0);

  SUBCASE("against its own past") {
    const MeasuredWorkload& experimental = measured.at(1, 0);
    const Pair lone{&experimental, &experimental, experimental.phase(PhaseName::before),
                    experimental.phase(PhaseName::after), true};
    CHECK(*effect_in(measured, lone, metric("p50")).value == doctest::Approx(0));
    CHECK(effect_in(measured, lone, metric("error_rate")).effect);
  }
}

TEST_CASE("how many requests a quantile needs to decide and to be shown") {
  struct Row {
    std::string why;
    std::uint64_t per_second;  // for 20 s
    std::string metric;
    bool decides, shown;
  };
  const Row rows[] = {
      {"10,000 for a p99", 500, "p99", true, true},
      {"9,980", 499, "p99", false, true},
      {"4,980", 249, "p99", false, false},
      {"a median needs 200", 10, "p50", true, true},
      {"180", 9, "p50", false, true},
      {"shares need none", 1, "error_rate", true, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.phases().both({0, 65}, {.ok = row.per_second});
    const Measured measured = measure(recorded.run, phases_of(recorded.run));
    const SampleFloor floor =
        sample_floor(metric(row.metric), {measured.at(0, 0).phase(PhaseName::after)});
    CHECK(floor.too_few.empty() == row.decides);
    CHECK(floor.shown == row.shown);
    if (!row.decides) CHECK(floor.too_few.find("s at this rate") != std::string::npos);
  }
}

TEST_CASE("groups that drift apart before anything happened") {
  RecordedRun apart, together;
  apart.phases();
  together.phases();
  for (RunSecond s = 0; s < 65; ++s) {
    const std::int64_t slower = 10'000 + s * 300;
    apart.seconds(0, {s, s + 1}, {.ok = 100});
    apart.seconds(1, {s, s + 1}, {.ok = 100, .ok_us = slower});
    together.both({s, s + 1}, {.ok = 100, .ok_us = slower});
  }
  const Measured one = measure(apart.run, phases_of(apart.run));
  const Measured other = measure(together.run, phases_of(together.run));
  CHECK_FALSE(drifted_apart(pair_of(one, PhaseName::before), Margins{}).empty());
  CHECK(drifted_apart(pair_of(other, PhaseName::before), Margins{}).empty());
}

}  // namespace
}  // namespace loadgen
