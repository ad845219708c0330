#include "loadgen/stats/trend.h"

#include <doctest/doctest.h>

#include "noise.h"

namespace loadgen::stats {
namespace {

TEST_CASE("trends") {
  struct Row {
    std::string why;
    std::vector<double> series;
    double z, slope;
  };
  const Row rows[] = {
      // n = 5: S = 10, variance 5·4·15/18 = 16.67, z = 9 / 4.082.
      {"rising", {1, 2, 3, 4, 5}, 2.2045, 1},
      {"falling", {5, 4, 3, 2, 1}, -2.2045, -1},
      {"constant", {4, 4, 4, 4}, 0, 0},
      {"one outlier does not bend it", {1, 2, 300, 4, 5}, 1.2247, 1},
      {"as often up as down", {1, 3, 3, 1}, 0, 0},
      // Ties: S = 8, variance 16.67 − 2·(2·1·9)/18 = 14.67, z = 7 / 3.830.
      {"ties narrow the variance", {1, 1, 2, 2, 3}, 1.8278, 0.5},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto found = trend(row.series);
    REQUIRE(found);
    CHECK(found->z == doctest::Approx(row.z).epsilon(1e-3));
    CHECK(found->slope == doctest::Approx(row.slope));
    CHECK(found->p <= 1);
    CHECK(found->p >= 0);
  }
  CHECK_FALSE(trend(std::vector<double>{1, 2}));
}

TEST_CASE("independent noise is found to trend as often as it should be") {
  std::size_t found = 0, inflated = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const std::vector<double> series = noise(seed, 20);
    found += trend(series)->p < 0.05 ? 1 : 0;
    inflated += trend(series, 4)->p < 0.05 ? 1 : 0;
  }
  CHECK(found > 60);
  CHECK(found < 130);
  CHECK(inflated < 5);
}

}  // namespace
}  // namespace loadgen::stats
