#include "loadgen/stats/proportion.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

namespace loadgen::stats {
namespace {

TEST_CASE("Wilson: Newcombe's table") {
  const Interval a = wilson(81.0 / 263, 263, 0.95);
  CHECK(a.low == doctest::Approx(0.2553).epsilon(2e-4));
  CHECK(a.high == doctest::Approx(0.3662).epsilon(2e-4));
  const Interval none = wilson(0, 20, 0.95);
  CHECK(none.low == 0);
  CHECK(none.high == doctest::Approx(0.1611).epsilon(3e-4));
  const Interval all = wilson(1, 20, 0.95);
  CHECK(all.high == 1);
  CHECK(all.low == doctest::Approx(1 - 0.1611).epsilon(3e-4));
}

TEST_CASE("difference: 56/70 − 48/80") {
  const Interval found = difference({56.0 / 70, wilson(56.0 / 70, 70, 0.95)},
                                    {48.0 / 80, wilson(48.0 / 80, 80, 0.95)});
  CHECK(found.low == doctest::Approx(0.0524).epsilon(1e-3));
  CHECK(found.high == doctest::Approx(0.3339).epsilon(1e-3));
}

TEST_CASE("without any event: the rule of three") {
  CHECK(upper_bound_of_none(300, 0.95) == doctest::Approx(0.00994).epsilon(0.01));
  CHECK(upper_bound_of_none(1, 0.95) == doctest::Approx(0.95));
  CHECK(upper_bound_of_none(0.5, 0.95) > 0.99);
}

TEST_CASE("for any share and any length the interval holds the share, inside [0, 1]") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 1000; ++i) {
    const double share = i % 5 == 0 ? i % 2 : uniform(random);
    const double n = std::exp(uniform(random) * 20 - 2);
    CAPTURE(share);
    CAPTURE(n);
    const Interval found = wilson(share, n, 0.9);
    CHECK(found.low >= 0);
    CHECK(found.low <= share);
    CHECK(found.high >= share);
    CHECK(found.high <= 1);
  }
}

}  // namespace
}  // namespace loadgen::stats
