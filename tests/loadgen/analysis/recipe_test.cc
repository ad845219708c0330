#include "loadgen/analysis/recipe.h"

#include "recorded_run.h"

namespace loadgen {
namespace {

TEST_CASE("which metrics have an error, and of what they are made") {
  using Kind = Recipe::Kind;
  struct Row {
    std::string expression;
    Kind kind;
    double q = 0.5;
    bool with_failures = false;
    Measure measure = Measure::response_ok;
  };
  const Row rows[] = {
      {"p50 < 1s", Kind::quantile, 0.5, true},
      {"p999 < 1s", Kind::quantile, 0.999, true},
      {"ok_p95 < 1s", Kind::quantile, 0.95},
      {"service_p75 < 1s", Kind::quantile, 0.75, false, Measure::service},
      {"max < 1s", Kind::fact, 0.5, true},
      {"ok_max < 1s", Kind::fact},
      {"service_mean < 1s", Kind::mean, 0.5, false, Measure::service},
      {"mean < 1s", Kind::mean, 0.5, true},
      {"error_rate < 1%", Kind::share},
      {"goodput > 99%", Kind::share},
      {"failed('http_5xx') < 1%", Kind::share},
      {"tps > 5", Kind::rate},
      {"achieved_rate > 99%", Kind::fact},
      {"longest_outage < 5s", Kind::fact},
      {"requests_lost < 5", Kind::fact},
  };
  MeasuredWorkload workload;
  workload.latency_limit = std::chrono::milliseconds(50);
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    const Recipe recipe = recipe_of(workload, parse_check(row.expression));
    CHECK(recipe.kind == row.kind);
    CHECK(recipe.measure == row.measure);
    CHECK(recipe.quantile.with_failures == row.with_failures);
    if (row.kind == Kind::quantile) CHECK(recipe.quantile.q == row.q);
  }
  workload.latency_limit.reset();
  CHECK(recipe_of(workload, parse_check("goodput > 99%")).kind == Kind::fact);
}

TEST_CASE("sides of an operation, and of a phase whose begin is left out") {
  RecordedRun recorded;
  recorded.phases().both({0, 65}, {.ok = 10});
  Measured measured = measure(recorded.run, phases_of(recorded.run));
  leave_out_warmup(measured, 4);
  const MeasuredWorkload& workload = measured.at(0, 0);
  const MeasuredPhase& before = *workload.phase(PhaseName::before);
  Sides sides(measured, Measure::response_ok, std::nullopt);
  CHECK(sides.of(workload, before, false).seconds.size() == 16);
  CHECK(sides.of(workload, before, true).seconds.size() == 20);
  CHECK(sides.of(workload, before, true).pieces->front().from == 5);
  Sides none(measured, Measure::response_ok, std::uint16_t{3});
  CHECK(none.of(workload, before, true).pieces->front().histogram.empty());
}

}  // namespace
}  // namespace loadgen
