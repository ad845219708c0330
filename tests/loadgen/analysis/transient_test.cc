#include "loadgen/analysis/transient.h"

#include "recorded_run.h"

namespace loadgen {
namespace {

TEST_CASE("totals of during beside what is usual") {
  RecordedRun recorded(std::string(kTwoGroups) + kFault);
  recorded.phases().mark(25, "requested", "kill");
  recorded.seconds(0, {0, 45}, {.ok = 100}).seconds(0, {45, 65}, {.ok = 99, .refused = 1});
  recorded.seconds(1, {0, 25}, {.ok = 100}).seconds(1, {25, 35}, {.refused = 100});
  recorded.seconds(1, {35, 65}, {.ok = 100, .ok_us = 30'000});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  const MeasuredWorkload &control = measured.at(0, 0), &experimental = measured.at(1, 0);

  // before of experimental; before, during and after of control: 20 s each.
  const auto usual = usual_figures(measured, experimental, &control);
  CHECK(usual.size() == 4);
  const auto errors = range_of(usual, [](const PhaseFigures& f) { return f.error_rate; });
  REQUIRE(errors);
  CHECK(errors->first == 0);
  CHECK(errors->second == doctest::Approx(0.01));
  CHECK_FALSE(range_of(usual, [](const PhaseFigures&) { return std::optional<double>(); }));
  CHECK(usual_figures(measured, experimental, nullptr).size() == 1);

  const auto rows = transient_rows(measured, experimental, &control);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].metric == "requests_lost");
  CHECK(*rows[0].experimental == 1000);
  CHECK(*rows[0].control == 0);
  CHECK(rows[0].range == std::pair(0.0, 20.0));
  CHECK(*rows[1].experimental == 10);
  CHECK(rows[1].range == std::pair(0.0, 20.0));
  CHECK(transient_rows(measured, experimental, nullptr)[0].control == std::nullopt);
}

TEST_CASE("a shorter phase is one stretch, a longer one several") {
  RecordedRun recorded(std::string(kTwoGroups) + kFault);
  recorded.mark(0, "phase", "before").mark(25, "phase", "during").mark(35, "phase", "end");
  recorded.mark(25, "requested", "kill").both({0, 35}, {.ok = 10});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  // 25 s hold two stretches of 10 s; twice `before`, and control's `during`.
  CHECK(usual_figures(measured, measured.at(1, 0), &measured.at(0, 0)).size() == 5);
}

}  // namespace
}  // namespace loadgen
