#include "loadgen/stats/survival.h"

#include <doctest/doctest.h>

#include <cmath>

namespace loadgen::stats {
namespace {

TEST_CASE("the curve of a textbook's data") {
  // Freireich et al. 1963, 6-MP: S(6) = 0.857, S(7) = 0.807, S(10) = 0.753, S(23) = 0.448.
  const std::vector<Lifetime> weeks = {
      {6, true},   {6, true},   {6, true},   {6, false},  {7, true},   {9, false},  {10, true},
      {10, false}, {11, false}, {13, true},  {16, true},  {17, false}, {19, false}, {20, false},
      {22, true},  {23, true},  {25, false}, {32, false}, {32, false}, {34, false}, {35, false}};
  const auto curve = kaplan_meier(weeks);
  REQUIRE(curve.size() == 7);
  CHECK(curve[0].at == 6);
  CHECK(curve[0].share == doctest::Approx(0.8571).epsilon(1e-3));
  CHECK(curve[0].standard_error == doctest::Approx(0.0764).epsilon(1e-2));
  CHECK(curve[1].share == doctest::Approx(0.8067).epsilon(1e-3));
  CHECK(curve[2].share == doctest::Approx(0.7529).epsilon(1e-3));
  CHECK(curve[6].share == doctest::Approx(0.4482).epsilon(1e-3));
  const MedianLifetime found = median_lifetime(weeks, 0.95);
  CHECK(*found.median == 23);
  CHECK_FALSE(found.interval);  // its upper end was not seen
}

TEST_CASE("medians") {
  struct Row {
    std::string why;
    std::vector<Lifetime> lifetimes;
    std::optional<double> median;
    std::optional<Interval> interval;
  };
  const Row rows[] = {
      {"none", {}, std::nullopt, std::nullopt},
      {"six that ended", {{1}, {2}, {3}, {4}, {5}, {6}}, 3.5, Interval{1, 6}},
      {"five are too few for an interval", {{1}, {2}, {3}, {4}, {5}}, 3.0, std::nullopt},
      {"none ended", {{1, false}, {2, false}}, std::nullopt, std::nullopt},
      {"most did not", {{1}, {9, false}, {9, false}, {9, false}}, std::nullopt, std::nullopt},
      {"one of four did not", {{1}, {2}, {3}, {9, false}}, 2.0, std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const MedianLifetime found = median_lifetime(row.lifetimes, 0.95);
    CHECK(found.median == row.median);
    CHECK(found.interval == row.interval);
  }
}

TEST_CASE("a censored one among many leaves an interval around the median") {
  std::vector<Lifetime> lifetimes;
  for (int i = 1; i <= 30; ++i) lifetimes.push_back({static_cast<double>(i), i != 30});
  const MedianLifetime found = median_lifetime(lifetimes, 0.95);
  REQUIRE(found.interval);
  CHECK(*found.median == 15);
  CHECK(found.interval->low >= 8);
  CHECK(found.interval->low < 15);
  CHECK(found.interval->high > 15);
  CHECK(found.interval->high <= 22);
}

}  // namespace
}  // namespace loadgen::stats
