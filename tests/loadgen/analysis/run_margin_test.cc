#include "loadgen/analysis/run_margin.h"

#include <doctest/doctest.h>

#include <cmath>

namespace loadgen {
namespace {

TEST_CASE("a margin stands on the scale of its metric's differences") {
  CHECK(run_margin("p99", 0.15).degraded == doctest::Approx(std::log(1.15)));
  CHECK(run_margin("p99", 0.15).failed == doctest::Approx(std::log(1.375)));
  CHECK(run_margin("tps", 0.10).degraded == doctest::Approx(std::log(1.10)));
  CHECK(run_margin("error_rate", 0.01).degraded == 0.01);
  CHECK(run_margin("goodput", 0.02).failed == doctest::Approx(0.05));
}

TEST_CASE("errors shrink with the root of the number of runs") {
  AgainstMargin metric = run_margin("p50", 0.10);
  CHECK(more_runs_would_decide(metric, 6, "rounds") == "can't be told");
  Effect effect;
  effect.estimate = {std::log(1.10) / 2, 0.05, 5};
  // Twice as wide as what is left up to the margin: four times as many.
  effect.interval = {-0.1, std::log(1.10) / 2 + std::log(1.10)};
  metric.effect = effect;
  CHECK(more_runs_would_decide(metric, 6, "rounds") == "about 24 rounds would decide");
  metric.effect->interval.high = 3;
  CHECK(more_runs_would_decide(metric, 6, "rounds").find("hardly decide") != std::string::npos);
  metric.effect->estimate.value = std::log(1.10);  // exactly at the margin, from above 0
  metric.effect->interval = {-0.01, 0.3};
  CHECK(more_runs_would_decide(metric, 6, "rounds").find("about ") == 0);
}

}  // namespace
}  // namespace loadgen
