#include "loadgen/stats/autocorrelation.h"

#include <doctest/doctest.h>

#include <cmath>

#include "loadgen/stats/estimate.h"
#include "noise.h"

namespace loadgen::stats {
namespace {

TEST_CASE("the effective length of AR(1) noise is (1 + rho) / (1 − rho)") {
  for (const double rho : {0.0, 0.5, 0.8, 0.95}) {
    CAPTURE(rho);
    std::vector<double> found;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      found.push_back(effective_length(noise(seed, 20'000, rho)));
    }
    CHECK(mean(found) == doctest::Approx((1 + rho) / (1 - rho)).epsilon(0.12));
  }
}

TEST_CASE("autocorrelation, lag by lag") {
  const std::vector<double> series = noise(1, 50'000, 0.8);
  CHECK(autocorrelation(series, 0) == doctest::Approx(1));
  CHECK(autocorrelation(series, 1) == doctest::Approx(0.8).epsilon(0.02));
  CHECK(autocorrelation(series, 2) == doctest::Approx(0.64).epsilon(0.04));
  CHECK(autocorrelation({}, 0) == 0);
  CHECK(autocorrelation(std::vector<double>{1, 2}, 5) == 0);
  CHECK(autocorrelation(std::vector<double>{3, 3, 3}, 1) == 0);
}

TEST_CASE("series that say nothing about it") {
  CHECK(effective_length({}) == 1);
  CHECK(effective_length(std::vector<double>{1, 2, 3}) == 1);
  CHECK(effective_length(std::vector<double>(100, 5.0)) == 1);
  CHECK(effective_length(std::vector<double>(77, std::log(10'000.0))) == 1);  // but for rounding
  std::vector<double> alternating, rising;
  for (int i = 0; i < 100; ++i) {
    alternating.push_back(i % 2);
    rising.push_back(i);
  }
  CHECK(effective_length(alternating) == 1);
  // A trend: worth a few values only.
  CHECK(effective_length(rising) > 20);
  CHECK(effective_length(rising) <= 100);
}

}  // namespace
}  // namespace loadgen::stats
