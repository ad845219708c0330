#include "loadgen/stats/ranks.h"

#include <doctest/doctest.h>

#include <cmath>

#include "noise.h"

namespace loadgen::stats {
namespace {

using Values = std::vector<double>;

TEST_CASE("Hodges and Lehmann: values published with golang.org/x/perf") {
  const auto found = mann_whitney(Values{10, 20, 30, 40}, Values{1, 2, 3, 4}, 0.95);
  REQUIRE(found);
  CHECK(found->estimate == 22.5);
  REQUIRE(found->interval);
  CHECK(*found->interval == Interval{6, 39});
  CHECK(found->p == doctest::Approx(0.0285714).epsilon(1e-5));
}

TEST_CASE("Mann-Whitney, small and large") {
  struct Row {
    std::string why;
    Values a, b;
    double p, estimate;
    bool interval;
  };
  const Row rows[] = {
      {"5 + 5, apart", {6, 7, 8, 9, 10}, {1, 2, 3, 4, 5}, 0.0079365, 5, true},
      {"the other way round", {1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}, 0.0079365, -5, true},
      {"one each says nothing", {1}, {2}, 1, -1, false},
      {"all tied", {3, 3, 3}, {3, 3, 3}, 1, 0, false},
      // {1,2 | 2,3}: of the six ways to choose two ranks from 1, 2.5, 2.5, 4, sums at most 3.5 are
      // two: p = 2 · 2/6.
      {"ties have middle ranks", {1, 2}, {2, 3}, 2.0 / 3, -1, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto found = mann_whitney(row.a, row.b, 0.95);
    REQUIRE(found);
    CHECK(found->p == doctest::Approx(row.p).epsilon(1e-4));
    CHECK(found->estimate == doctest::Approx(row.estimate));
    CHECK(found->interval.has_value() == row.interval);
  }
  CHECK_FALSE(mann_whitney({}, Values{1}, 0.95));
}

TEST_CASE("the normal approximation continues the exact one") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const Values a = noise(seed, 30), b = noise(seed + 100, 30), more = noise(seed + 100, 31);
    const auto exact = mann_whitney(a, b, 0.95), close = mann_whitney(a, more, 0.95);
    CHECK(exact->exact);
    CHECK_FALSE(close->exact);
    CHECK(std::abs(exact->p - close->p) < 0.2);
    CHECK(std::abs(exact->interval->low - close->interval->low) < 0.25);
    CHECK(std::abs(exact->interval->high - close->interval->high) < 0.25);
  }
}

TEST_CASE("signed ranks") {
  struct Row {
    std::string why;
    Values differences;
    double p, estimate;
    std::optional<Interval> interval;
  };
  const Row rows[] = {
      {"six alike in sign: the smallest p", {1, 2, 3, 4, 5, 6}, 0.03125, 3.5, Interval{1, 6}},
      {"five are too few for 95 %", {1, 2, 3, 4, 5}, 0.0625, 3, std::nullopt},
      {"balanced", {-3, -2, -1, 1, 2, 3}, 1, 0, Interval{-3, 3}},
      {"zeros are no evidence", {0, 0, 0, 0, 0, 0}, 1, 0, Interval{0, 0}},
      {"one", {2}, 1, 2, std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto found = signed_rank(row.differences, 0.95);
    REQUIRE(found);
    CHECK(found->p == doctest::Approx(row.p));
    CHECK(found->estimate == doctest::Approx(row.estimate));
    CHECK(found->interval == row.interval);
  }
  CHECK_FALSE(signed_rank({}, 0.95));
}

TEST_CASE("intervals cover the truth as often as they say") {
  std::size_t shifts = 0, pairs = 0;
  constexpr std::size_t kRuns = 1000;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    const auto two = mann_whitney(noise(seed, 8), noise(seed + 5000, 8), 0.9);
    shifts += two->interval->low <= 0 && 0 <= two->interval->high ? 1 : 0;
    const auto one = signed_rank(noise(seed, 10), 0.9);
    pairs += one->interval->low <= 0 && 0 <= one->interval->high ? 1 : 0;
  }
  CHECK(shifts > 0.88 * kRuns);
  CHECK(pairs > 0.88 * kRuns);
}

}  // namespace
}  // namespace loadgen::stats
