#include "loadgen/analysis/change.h"

#include <string>

#include "recorded_run.h"

namespace loadgen {
namespace {

TEST_CASE("a change is net of control's") {
  RecordedRun recorded;
  recorded.phases();
  // Control gets 1.5 × slower, experimental 3 ×; it was 2 × slower from the start.
  recorded.seconds(0, {5, 25}, {.ok = 100, .ok_us = 1000});
  recorded.seconds(0, {25, 65}, {.ok = 100, .ok_us = 1500, .refused = 1});
  recorded.seconds(1, {5, 25}, {.ok = 100, .ok_us = 2000});
  recorded.seconds(1, {25, 65}, {.ok = 100, .ok_us = 6000, .refused = 4});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  struct Row {
    std::string why, expression, vs;
    PhaseName phase;
    std::optional<double> value;
  };
  const Row rows[] = {
      {"ratio of ratios", "ok_p50 ratio < 1.1", "control", PhaseName::after, 2.0},
      {"since before", "ok_p50 ratio < 1.1", "before", PhaseName::after, 3.0},
      {"in before: group against group", "ok_p50 ratio < 1.1", "control", PhaseName::before, 2.0},
      {"difference of differences", "ok_p50 delta < 1ms", "control", PhaseName::after, 0.0035},
      {"points", "error_rate delta < 1pp", "control", PhaseName::after, 4.0 / 104 - 1.0 / 101},
      {"control had none before: no ratio", "error_rate ratio < 2", "control", PhaseName::after,
       std::nullopt},
      {"control's was not reached: nothing to compare with", "max ratio < 2", "control",
       PhaseName::after, std::nullopt},
      {"against nobody", "p50 ratio < 2", "", PhaseName::after, std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const MeasuredWorkload& workload = measured.at(1, 0);
    const Observed change = observe_change(measured, workload, {workload.phase(row.phase)->span},
                                           parse_check(row.expression), row.vs);
    CHECK(change.known() == row.value.has_value());
    if (row.value) CHECK(*change.value == doctest::Approx(*row.value));
    if (!row.value) CHECK_FALSE(change.doubt.empty());
  }
}

}  // namespace
}  // namespace loadgen
