#include "loadgen/analysis/run_spread.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/loadgen/analysis/comparable_runs.h"

namespace loadgen {
namespace {

using test::run_like;

const RunSpread& p50_of(const std::vector<RunSpread>& spreads) {
  for (const RunSpread& spread : spreads) {
    if (spread.metric == "p50") return spread;
  }
  FAIL("no p50");
  return spreads.front();
}

TEST_CASE("the next run's limit is a prediction limit on the log scale") {
  std::vector<ComparableRun> runs;
  for (const double p50 : {0.0098, 0.0099, 0.0100, 0.0101, 0.0102}) {
    runs.push_back(run_like({.p50 = p50}));
  }
  const auto spreads = spread_of(runs);
  CHECK(spreads.size() == 3);
  const RunSpread& p50 = p50_of(spreads);
  CHECK(p50.runs == 5);
  CHECK(*p50.median == doctest::Approx(0.0100));
  CHECK(*p50.deviation == doctest::Approx(0.01581).epsilon(0.01));
  // t(0.95, 4) = 2.1318, √(1 + 1/5) = 1.0954.
  CHECK(*p50.limit == doctest::Approx(0.01 * std::exp(0.01581 * 2.1318 * 1.0954)).epsilon(0.001));
}

TEST_CASE("too few runs have no limit, one has no deviation, none has no row") {
  std::vector<ComparableRun> runs(4, run_like());
  CHECK_FALSE(p50_of(spread_of(runs)).limit);
  CHECK(p50_of(spread_of(runs)).deviation);
  runs.resize(1);
  CHECK_FALSE(p50_of(spread_of(runs)).deviation);
  CHECK(p50_of(spread_of(runs)).median);
  CHECK(spread_of({}).empty());
}

}  // namespace
}  // namespace loadgen
