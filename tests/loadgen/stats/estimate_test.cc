#include "loadgen/stats/estimate.h"

#include <doctest/doctest.h>

#include <cmath>

#include "loadgen/stats/distributions.h"
#include "noise.h"

namespace loadgen::stats {
namespace {

TEST_CASE("an estimate from batches") {
  const std::vector<double> batches = {1, 2, 3, 4, 5};
  const auto estimate = of_batches(3.5, batches);
  REQUIRE(estimate);
  CHECK(estimate->value == 3.5);
  CHECK(estimate->standard_error == doctest::Approx(std::sqrt(2.5 / 5)));
  CHECK(estimate->degrees == 4);
  const Interval found = interval(*estimate, 0.9);
  CHECK(found.low == doctest::Approx(3.5 - 2.131846786 * std::sqrt(0.5)));
  CHECK(found.high == doctest::Approx(3.5 + 2.131846786 * std::sqrt(0.5)));
}

TEST_CASE("what is too little or too even") {
  CHECK_FALSE(of_batches(1, std::vector<double>{}));
  CHECK_FALSE(of_batches(1, std::vector<double>{1}));
  const auto even = of_batches(1, std::vector<double>{1, 1, 1});
  REQUIRE(even);
  CHECK(even->standard_error == 0);
  CHECK(interval(*even, 0.9) == Interval{1, 1});
  CHECK(p_at_most(*even, 0.5) == 0);
  CHECK(p_at_most(*even, 1) == 1);
  CHECK(of_batches(1, std::vector<double>{1, 1, 1}, 0.25)->standard_error == 0.25);
}

TEST_CASE("differences: Welch and Satterthwaite") {
  // Equal errors and degrees: degrees add. One exact side: the other's degrees.
  const Estimate a{2, 0.3, 9}, b{1, 0.3, 9}, exact{0, 0, 5};
  CHECK(difference(a, b).value == 1);
  CHECK(difference(a, b).standard_error == doctest::Approx(std::sqrt(0.18)));
  CHECK(difference(a, b).degrees == doctest::Approx(18));
  CHECK(difference(a, exact).degrees == doctest::Approx(9));
  CHECK(difference(exact, exact).degrees == 5);
  // Snedecor & Cochran: s²/n of 1 and 4 with 10 and 5 degrees: 25 / (1/10 + 16/5) = 7.58.
  CHECK(difference({0, 1, 10}, {0, 2, 5}).degrees == doctest::Approx(25 / 3.3));
  // Squares of squares that underflow.
  CHECK(difference({0, 1e-200, 9}, {0, 1e-200, 9}).degrees == 9);
}

TEST_CASE("p-values agree with intervals") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto estimate = of_batches(0.1, noise(seed, 10));
    const Interval found = interval(*estimate, 0.9);
    CAPTURE(seed);
    CHECK((p_at_most(*estimate, 0) < 0.05) == (found.low > 0));
    CHECK(p_at_most(*estimate, found.low) == doctest::Approx(0.05));
    CHECK(p_at_most(*estimate, 0.1) == doctest::Approx(0.5));
  }
}

}  // namespace
}  // namespace loadgen::stats
