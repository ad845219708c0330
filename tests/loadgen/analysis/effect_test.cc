#include "loadgen/analysis/effect.h"

#include <doctest/doctest.h>

#include <cmath>

namespace loadgen {
namespace {

/// Batches that alternate by ±0.01 around 0.1; the first `missing` have no value.
Batched batched(double seconds, double tau, std::size_t missing = 0) {
  Batched made;
  made.value = 0.1;
  made.seconds = seconds;
  made.tau = tau;
  made.values = [missing](std::size_t batches) {
    std::vector<std::optional<double>> values;
    for (std::size_t i = 0; i < batches; ++i) {
      values.push_back(i < missing ? std::nullopt
                                   : std::optional<double>(i % 2 == 0 ? 0.09 : 0.11));
    }
    return values;
  };
  return made;
}

TEST_CASE("ten batches, and the guard") {
  const auto effect = effect_of(batched(120, 1));
  REQUIRE(effect);
  CHECK_FALSE(effect->guarded);
  CHECK(effect->estimate.degrees == 9);
  CHECK(effect->estimate.standard_error == doctest::Approx(0.01 * std::sqrt(10.0 / 9 / 10)));
  CHECK(effect->interval.low ==
        doctest::Approx(0.1 - 1.833 * effect->estimate.standard_error).epsilon(1e-3));

  struct Row {
    std::string why;
    double seconds, tau;
    bool guarded;
  };
  const Row rows[] = {
      {"as long as it must be", 120, 6, false},
      {"a hair too short", 119, 6, true},
      {"much too short", 60, 20, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto found = effect_of(batched(row.seconds, row.tau));
    REQUIRE(found);
    CHECK(found->guarded == row.guarded);
    CHECK(found->needed_s == doctest::Approx(20 * row.tau));
    CHECK(found->plain->degrees == 9);
    CHECK(found->estimate.degrees == (row.guarded ? 4 : 9));
    // Five batches of ±0.01 tell the largest error.
    if (row.guarded) {
      CHECK(found->estimate.standard_error > effect->estimate.standard_error);
    }
  }
}

TEST_CASE("batches that resemble each other widen the interval, not what FAILED goes by") {
  Batched alike = batched(120, 1);
  alike.inflation = 2;
  const Effect one = *effect_of(batched(120, 1)), two = *effect_of(alike);
  CHECK(two.plain->standard_error == one.plain->standard_error);
  CHECK(two.estimate.standard_error == 2 * one.estimate.standard_error);
  CHECK(two.interval.high - 0.1 == doctest::Approx(2 * (one.interval.high - 0.1)));
  const Effect both = difference(one, two);
  CHECK(both.estimate.standard_error ==
        doctest::Approx(std::sqrt(5.0) * one.estimate.standard_error));
}

TEST_CASE("too few batches give no interval, and no error is finer than the data") {
  CHECK(effect_of(batched(120, 1, 2)));
  CHECK_FALSE(effect_of(batched(120, 1, 3)));
  Batched even = batched(120, 1);
  even.values = [](std::size_t batches) {
    return std::vector<std::optional<double>>(batches, 0.1);
  };
  CHECK(effect_of(even)->interval.low == doctest::Approx(0.1));
  CHECK(effect_of(even)->interval.high == doctest::Approx(0.1));
  even.least_error = 0.02;
  CHECK(effect_of(even)->interval.high > 0.13);
}

TEST_CASE("differences of effects") {
  const Effect a = *effect_of(batched(120, 1)), b = *effect_of(batched(60, 20));
  const Effect both = difference(a, b);
  CHECK(both.estimate.value == doctest::Approx(0));
  CHECK(both.guarded);
  CHECK(both.needed_s == 400);
  CHECK(both.interval.low < 0);
  CHECK(both.interval.high > 0);
  // An effect without batches keeps its lopsided interval.
  const Effect lopsided = difference(effect_from(0.0, {0.0, 0.3}), effect_from(0.0, {0.0, 0.4}));
  CHECK(lopsided.interval.low == doctest::Approx(-0.4));
  CHECK(lopsided.interval.high == doctest::Approx(0.3));
}

}  // namespace
}  // namespace loadgen
