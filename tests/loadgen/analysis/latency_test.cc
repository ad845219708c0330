#include "loadgen/analysis/latency.h"

#include <cmath>

#include "loadgen/analysis/measured.h"
#include "recorded_run.h"

namespace loadgen {
namespace {

Side after(const Measured& measured, std::size_t group) {
  const MeasuredWorkload& workload = measured.at(group, 0);
  return measured.side(workload, *workload.phase(PhaseName::after));
}

TEST_CASE("the ratio of two groups") {
  struct Row {
    std::string why;
    Tickets control, experimental;
    QuantileOf of;
    std::optional<double> ratio;
    bool interval;
  };
  const Row rows[] = {
      {"equal", {.ok = 100}, {.ok = 100}, {0.5}, 1, true},
      {"twice as slow", {.ok = 100}, {.ok = 100, .ok_us = 20'000}, {0.5}, 2, true},
      {"ten of a hundred fail, successes only",
       {.ok = 100},
       {.ok = 90, .refused = 10},
       {0.99},
       1,
       false},
      {"and with failures p99 is not reached",
       {.ok = 100},
       {.ok = 90, .refused = 10},
       {0.99, true},
       std::nullopt,
       false},
      {"10 beyond the quantile in two seconds", {.ok = 500}, {.ok = 500}, {0.99}, 1, true},
      {"9 are too few", {.ok = 450}, {.ok = 450}, {0.99}, 1, false},
      {"no answers", {.ok = 100}, {.refused = 100}, {0.5}, std::nullopt, false},
      {"nobody", {}, {}, {0.5}, std::nullopt, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.phases().seconds(0, {0, 65}, row.control).seconds(1, {0, 65}, row.experimental);
    const Measured measured = measure(recorded.run, phases_of(recorded.run));
    const Side control = after(measured, 0), experimental = after(measured, 1);
    const ValueEffect found = paired_latency(experimental, control, row.of);
    REQUIRE(found.value.has_value() == row.ratio.has_value());
    if (row.ratio) CHECK(std::exp(*found.value) == doctest::Approx(*row.ratio).epsilon(1e-3));
    CHECK(found.effect.has_value() == row.interval);
    if (!row.interval) CHECK_FALSE(why_no_error(experimental, row.of).empty());
    const ValueEffect lone = lone_latency(control, row.of);
    if (lone.effect) CHECK(lone.effect->interval.low <= *lone.value);
  }
}

TEST_CASE("what groups share cancels in their difference") {
  // Both swing together, in long waves: alone they are short for that, their difference is not.
  RecordedRun recorded;
  recorded.phases();
  for (RunSecond s = 0; s < 65; ++s) {
    const auto us = static_cast<std::int64_t>(10'000 * (1.5 + std::sin(s / 8.0)));
    recorded.both({s, s + 1}, {.ok = 100, .ok_us = us + (s % 3) * 40});
  }
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  const Side control = after(measured, 0), experimental = after(measured, 1);
  CHECK(latency_correlation(control).tau > 3);
  CHECK(latency_correlation(experimental, &control).tau == 1);
  CHECK(lone_latency(control, {0.5}).effect->guarded);
  CHECK_FALSE(paired_latency(experimental, control, {0.5}).effect->guarded);
}

}  // namespace
}  // namespace loadgen
