#include "loadgen/analysis/shares.h"

#include "loadgen/analysis/measured.h"
#include "recorded_run.h"

namespace loadgen {
namespace {

/// `each` says what second i of `after` comes to, in each group.
template <class Each>
Measured measured_of(RecordedRun& recorded, Each each) {
  recorded.phases().both({0, 45}, {.ok = 100});
  for (RunSecond s = 45; s < 65; ++s) {
    recorded.seconds(0, {s, s + 1}, {.ok = 100}).seconds(1, {s, s + 1}, each(s - 45));
  }
  return measure(recorded.run, phases_of(recorded.run));
}

Side after(const Measured& measured, std::size_t group) {
  const MeasuredWorkload& workload = measured.at(group, 0);
  return measured.side(workload, *workload.phase(PhaseName::after));
}

TEST_CASE("the share of errors with its interval") {
  struct Row {
    std::string why;
    std::uint64_t errors;  // in each of the seconds below `until`
    RunSecond until;
    double share, low, high;
  };
  const Row rows[] = {
      {"none of 2,000: the rule of three", 0, 20, 0, 0, 0.0015},
      {"one each second: known exactly", 1, 20, 0.01, 0.0099, 0.0101},
      {"nine, one a second: Wilson", 1, 9, 0.0045, 0.001, 0.017},
      {"twenty in one second are worth few", 20, 1, 0.01, 0, 0.04},
      {"all", 100, 20, 1, 0.998, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    const Measured measured = measured_of(recorded, [&](RunSecond s) {
      return s < row.until ? Tickets{.ok = 100 - row.errors, .refused = row.errors}
                           : Tickets{.ok = 100};
    });
    const auto effect = lone_share(after(measured, 1), errors_counted());
    REQUIRE(effect);
    CHECK(effect->estimate.value == doctest::Approx(row.share));
    CHECK(effect->interval.low >= row.low - 1e-9);
    CHECK(effect->interval.high <= row.high);
    CHECK(effect->interval.low <= row.share);
    CHECK(effect->interval.high >= row.share);
    const auto against = paired_share(after(measured, 1), after(measured, 0), errors_counted());
    REQUIRE(against);
    CHECK(against->estimate.value == doctest::Approx(row.share));
    CHECK(against->interval.low <= row.share);
    CHECK(against->interval.high >= row.share);
  }
}

TEST_CASE("errors that come in bursts are worth fewer tickets") {
  RecordedRun even_run, burst_run;
  const Measured even =
      measured_of(even_run, [](RunSecond) { return Tickets{.ok = 99, .refused = 1}; });
  const Measured burst = measured_of(burst_run, [](RunSecond s) {
    return s == 7 ? Tickets{.ok = 80, .refused = 20} : Tickets{.ok = 100};
  });
  CHECK(effective_tickets(after(even, 1), errors_counted()) == 2000);
  CHECK(effective_tickets(after(burst, 1), errors_counted()) < 150);
}

TEST_CASE("goodput counts what is slower than the limit, too") {
  RecordedRun recorded;
  const Measured measured =
      measured_of(recorded, [](RunSecond) { return Tickets{.ok = 90, .ok_us = 60'000}; });
  CHECK(
      lone_share(after(measured, 1), poor_counted(std::chrono::milliseconds(50)))->estimate.value ==
      1);
  CHECK(
      lone_share(after(measured, 0), poor_counted(std::chrono::milliseconds(50)))->estimate.value ==
      0);
  RecordedRun silent;
  silent.phases();
  silent.run.last = std::chrono::seconds{65};
  const Measured nothing = measure(silent.run, phases_of(silent.run));
  CHECK_FALSE(lone_share(after(nothing, 1), errors_counted()));
  CHECK_FALSE(paired_share(after(nothing, 1), after(nothing, 0), errors_counted()));
}

}  // namespace
}  // namespace loadgen
