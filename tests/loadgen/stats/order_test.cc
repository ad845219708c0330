#include "loadgen/stats/order.h"

#include <doctest/doctest.h>

#include "noise.h"

namespace loadgen::stats {
namespace {

TEST_CASE("median and robust deviation") {
  CHECK_FALSE(median({}));
  CHECK_FALSE(robust_deviation({}));
  CHECK(*median(std::vector<double>{7}) == 7);
  CHECK(*median(std::vector<double>{3, 1, 2}) == 2);
  CHECK(*median(std::vector<double>{4, 1, 2, 3}) == 2.5);
  CHECK(*robust_deviation(std::vector<double>{1, 2, 3, 4, 1000}) == doctest::Approx(1.4826));
  CHECK(*robust_deviation(std::vector<double>{5, 5, 5}) == 0);
}

TEST_CASE("Harrell and Davis: values published with golang.org/x/perf") {
  const std::vector<double> values = {0, 25, 50, 75, 100};
  CHECK(harrell_davis(values, 0.1) == doctest::Approx(4.81290947065674).epsilon(1e-12));
  CHECK(harrell_davis(values, 0.25) == doctest::Approx(19.2481103578583).epsilon(1e-12));
  CHECK(harrell_davis(values, 0.5) == doctest::Approx(50));
  CHECK(harrell_davis(std::vector<double>{3}, 0.99) == doctest::Approx(3));
}

TEST_CASE("which order statistics hold a quantile") {
  struct Row {
    std::string why;
    std::size_t n;
    double q, confidence;
    std::optional<std::pair<std::size_t, std::size_t>> ranks;
  };
  const Row rows[] = {
      {"the published one", 4, 0.5, 0.375, {{2, 3}}},
      {"a hair more needs wider ranks", 4, 0.5, 0.3751, {{1, 3}}},
      {"a 95 % interval of a median needs 6", 6, 0.5, 0.95, {{1, 6}}},
      {"5 are too few", 5, 0.5, 0.95, std::nullopt},
      {"one is too few for any", 1, 0.5, 0.1, std::nullopt},
      {"none", 0, 0.5, 0.1, std::nullopt},
      {"20: the textbook pair", 20, 0.5, 0.95, {{6, 15}}},
      {"a tail quantile needs many", 100, 0.99, 0.95, std::nullopt},
      {"enough for a tail quantile", 1000, 0.99, 0.9, {{985, 996}}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto found = order_interval(row.n, row.q, row.confidence);
    REQUIRE(found.has_value() == row.ranks.has_value());
    if (!found) continue;
    CHECK(found->low == row.ranks->first);
    CHECK(found->high == row.ranks->second);
    CHECK(found->confidence >= row.confidence - 1e-9);
    CHECK(found->confidence <= 1);
  }
}

TEST_CASE("the interval of a median covers it as often as it says") {
  std::size_t covered = 0;
  constexpr std::size_t kRuns = 2000;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    const auto found = quantile_interval(ascending(noise(seed, 25)), 0.5, 0.9);
    REQUIRE(found);
    CHECK(found->low <= found->high);
    covered += found->low <= 0 && 0 <= found->high ? 1 : 0;
  }
  CHECK(covered > 0.88 * kRuns);
  CHECK(covered < 0.98 * kRuns);
}

}  // namespace
}  // namespace loadgen::stats
