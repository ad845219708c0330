#include "loadgen/stats/level_shift.h"

#include <doctest/doctest.h>

#include <cmath>

#include "noise.h"

namespace loadgen::stats {
namespace {

TEST_CASE("the split is found, and how large it is") {
  std::vector<double> series = noise(7, 20);
  for (std::size_t i = 13; i < series.size(); ++i) series[i] += 5;
  const auto found = level_shift(series, 10, 17);
  REQUIRE(found);
  CHECK(found->at == 13);
  CHECK(found->shift == doctest::Approx(5).epsilon(0.3));
  CHECK(found->t > 4);
  CHECK(found->p < 0.001);
}

TEST_CASE("by hand: {1,2,3} and {5,6,7}") {
  const auto found = level_shift(std::vector<double>{1, 2, 3, 5, 6, 7}, 3, 3);
  REQUIRE(found);
  CHECK(found->at == 3);
  CHECK(found->shift == doctest::Approx(4));
  CHECK(found->t == doctest::Approx(4 / std::sqrt(2.0 / 3)));
}

TEST_CASE("series without variance, and series that are too short") {
  const auto none = level_shift(std::vector<double>(20, 1.0), 10, 17);
  REQUIRE(none);
  CHECK(none->t == 0);
  CHECK(none->p == 1);
  const auto step = level_shift(std::vector<double>{1, 1, 1, 2, 2, 2}, 2, 4);
  REQUIRE(step);
  CHECK(step->at == 3);
  CHECK(step->p == doctest::Approx(0));
  CHECK(std::isfinite(step->t));
  CHECK_FALSE(level_shift({}, 10, 17));
  CHECK_FALSE(level_shift(std::vector<double>{1, 2, 3}, 2, 2));
  CHECK_FALSE(level_shift(std::vector<double>(20, 1.0), 19, 25));
}

}  // namespace
}  // namespace loadgen::stats
