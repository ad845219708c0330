#include "loadgen/analysis/run_effect.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/loadgen/analysis/comparable_runs.h"

namespace loadgen {
namespace {

using test::run_like;
using test::RunLike;

struct Given {
  std::vector<ComparableRun> base, head;
  RunsOfMetric metric(const char* name) const {
    RunsOfMetric runs{name, {}, {}};
    for (const ComparableRun& run : base) runs.base.push_back(run.stretches[0].metric(name));
    for (const ComparableRun& run : head) runs.head.push_back(run.stretches[0].metric(name));
    return runs;
  }
};

std::vector<ComparableRun> with_p50(const std::vector<double>& values) {
  std::vector<ComparableRun> runs;
  for (const double value : values) runs.push_back(run_like({.p50 = value}));
  return runs;
}

TEST_CASE("one against one: errors of both and 3 % for each, in quadrature") {
  const Given given{{run_like({.p50 = 0.010, .error = 0.01})},
                    {run_like({.p50 = 0.012, .error = 0.02})}};
  const RunEffect found = effect_between(given.metric("p50"), Design::assumed, false);
  REQUIRE(found.effect);
  CHECK(found.effect->estimate.value == doctest::Approx(std::log(1.2)));
  const double error = std::sqrt(0.01 * 0.01 + 0.02 * 0.02 + 2 * 0.03 * 0.03);
  CHECK(found.effect->estimate.standard_error == doctest::Approx(error));
  CHECK(found.base == 0.010);
  CHECK(found.head == 0.012);
  CHECK(found.effect->interval.low < std::log(1.2) - 1.645 * error);  // t is wider than normal
}

TEST_CASE("one against ten stored: the prediction limit of one further value") {
  const Given given{
      with_p50({0.0098, 0.0099, 0.0100, 0.0101, 0.0102, 0.0098, 0.0099, 0.0100, 0.0101, 0.0102}),
      {run_like({.p50 = 0.0101, .error = 0.001})}};
  const RunEffect found = effect_between(given.metric("p50"), Design::predicted, false);
  REQUIRE(found.effect);
  CHECK(found.design == Design::predicted);
  // s of the ten logarithms is 0.0149; t(0.95, 9) = 1.8331; √(1 + 1/10) = 1.0488.
  const double half = found.effect->interval.high - found.effect->estimate.value;
  CHECK(half == doctest::Approx(0.01491 * 1.0488 * 1.8331).epsilon(0.005));
  CHECK(found.effect->estimate.degrees == 9);
  // Stored runs that agree by chance do not make a candidate surer than it is itself.
  const Given still{with_p50(std::vector<double>(10, 0.01)), {run_like({.error = 0.02})}};
  CHECK(effect_between(still.metric("p50"), Design::predicted, false)
            .effect->estimate.standard_error >= 0.02);
}

TEST_CASE("pairs: what both share from round to round cancels") {
  // Rounds drift by 60 %, head is 10 % slower in each.
  Given given;
  for (const double level : {0.010, 0.011, 0.013, 0.014, 0.015, 0.016}) {
    given.base.push_back(run_like({.p50 = level}));
    given.head.push_back(run_like({.p50 = level * 1.10}));
  }
  const RunEffect pairs = effect_between(given.metric("p50"), Design::paired, false);
  REQUIRE(pairs.effect);
  CHECK(pairs.effect->interval.low == doctest::Approx(std::log(1.1)));
  CHECK(pairs.effect->interval.high == doctest::Approx(std::log(1.1)));
  const RunEffect ranks = effect_between(given.metric("p50"), Design::unpaired, false);
  REQUIRE(ranks.effect);
  CHECK(ranks.effect->interval.low < 0);
}

TEST_CASE("fewer than six rounds give way to what needs less") {
  Given given;
  for (int i = 0; i < 5; ++i) {
    given.base.push_back(run_like());
    given.head.push_back(run_like());
  }
  CHECK(effect_between(given.metric("p50"), Design::paired, false).design == Design::assumed);
  given.base.push_back(run_like());
  given.head.push_back(run_like());
  CHECK(effect_between(given.metric("p50"), Design::paired, false).design == Design::paired);
  // Two against two have no exact interval at 90 %.
  const Given two{{run_like(), run_like()}, {run_like(), run_like()}};
  CHECK(effect_between(two.metric("p50"), Design::unpaired, false).design == Design::assumed);
}

TEST_CASE("runs against runs: Hodges-Lehmann and its exact interval, on logarithms") {
  Given given;
  for (const double v : {1.0, 2.0, 3.0, 4.0}) given.base.push_back(run_like({.p50 = std::exp(v)}));
  for (const double v : {10.0, 20.0, 30.0, 40.0}) {
    given.head.push_back(run_like({.p50 = std::exp(v) < 1e12 ? std::exp(v) : 1e11}));
  }
  given.head[3] = run_like({.p50 = std::exp(25.0)});
  const RunEffect found = effect_between(given.metric("p50"), Design::unpaired, false);
  REQUIRE(found.effect);
  CHECK(found.effect->estimate.value > 10);
  CHECK(found.effect->interval.low >= 6);
}

TEST_CASE("shares without errors are no surer than their tickets") {
  const Given few{{run_like({.n = 30})}, {run_like({.n = 30})}};
  const RunEffect found = effect_between(few.metric("error_rate"), Design::assumed, false);
  REQUIRE(found.effect);
  CHECK(found.effect->interval.high > 0.05);
  CHECK(found.effect->interval.low < -0.05);
  const Given many{{run_like()}, {run_like()}};
  CHECK(effect_between(many.metric("error_rate"), Design::assumed, false).effect->interval.high <
        0.001);
  // Rounds that all saw no error add up their tickets.
  Given rounds;
  for (int i = 0; i < 6; ++i) {
    rounds.base.push_back(run_like({.n = 50}));
    rounds.head.push_back(run_like({.n = 50}));
  }
  const double high =
      effect_between(rounds.metric("error_rate"), Design::paired, false).effect->interval.high;
  CHECK(high == doctest::Approx(1 - std::pow(0.05, 1.0 / 300)).epsilon(0.01));
}

TEST_CASE("no interval of shares goes beyond all of them") {
  const Given given{{run_like()}, {run_like({.error_rate = 1})}};
  for (const Design design : {Design::assumed, Design::unpaired}) {
    const auto effect = effect_between(given.metric("error_rate"), design, true).effect;
    REQUIRE(effect);
    CHECK(effect->estimate.value == doctest::Approx(1));
    CHECK(effect->interval.high == 1);
    CHECK(effect->interval.low > 0.8);
  }
}

TEST_CASE("another machine widens every design") {
  Given given;
  for (int i = 0; i < 12; ++i) given.base.push_back(run_like());
  given.head = {run_like()};
  for (const Design design : {Design::assumed, Design::predicted}) {
    const auto same = effect_between(given.metric("p50"), design, false).effect;
    const auto other = effect_between(given.metric("p50"), design, true).effect;
    REQUIRE(same);
    REQUIRE(other);
    CHECK(other->interval.high > 0.2);
    CHECK(other->interval.high > same->interval.high);
    CHECK(other->interval.low < same->interval.low);
  }
}

TEST_CASE("without a value there is no effect, and the reason is the run's own") {
  Given given{{run_like()}, {run_like()}};
  ComparableMetric& p99 = given.head[0].stretches[0].metrics[2];
  p99.value.reset();
  p99.error.reset();
  p99.why_not = "not reached";
  const RunEffect found = effect_between(given.metric("p99"), Design::assumed, false);
  CHECK_FALSE(found.effect);
  CHECK(found.why_not == "not reached");
  CHECK(found.base);
  CHECK_FALSE(found.head);
  given.head[0].stretches[0].metrics[2] = {"p99", 0.03, {}, 0, false, 0, 10, 0, "too short"};
  CHECK(effect_between(given.metric("p99"), Design::assumed, false).why_not == "too short");
  given.head.clear();
  CHECK(effect_between(given.metric("p99"), Design::assumed, false).why_not ==
        "only in the baseline");
}

}  // namespace
}  // namespace loadgen
