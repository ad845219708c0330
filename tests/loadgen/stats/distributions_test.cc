#include "loadgen/stats/distributions.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace loadgen::stats {
namespace {

TEST_CASE("quantiles as printed in tables") {
  CHECK(normal_quantile(0.975) == doctest::Approx(1.959963985));
  CHECK(normal_quantile(0.5) == doctest::Approx(0));
  struct Row {
    double p, degrees, t;
  };
  const Row rows[] = {{0.95, 9, 1.833112933}, {0.975, 9, 2.262157163}, {0.95, 4, 2.131846786},
                      {0.95, 1, 6.313751515}, {0.95, 1e6, 1.644855},   {0.05, 9, -1.833112933},
                      {0.95, 13, 1.770933}};
  for (const Row& row : rows) {
    CAPTURE(row.p);
    CAPTURE(row.degrees);
    CHECK(t_quantile(row.p, row.degrees) == doctest::Approx(row.t).epsilon(1e-4));
    CHECK(t_quantile(row.p, row.degrees + 0.5) != t_quantile(row.p, row.degrees));
    CHECK(t_above(row.t, row.degrees) == doctest::Approx(1 - row.p).epsilon(1e-4));
  }
}

TEST_CASE("tails, their ends included") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(normal_above(0) == doctest::Approx(0.5));
  CHECK(normal_above(1.644854) == doctest::Approx(0.05).epsilon(1e-4));
  CHECK(normal_above(infinity) == 0);
  CHECK(normal_above(-infinity) == 1);
  CHECK(t_above(infinity, 3) == 0);
  CHECK(t_above(-infinity, 3) == 1);
  CHECK(t_above(1e9, 9) >= 0);
  CHECK(beta_below(-1, 2, 3) == 0);
  CHECK(beta_below(2, 2, 3) == 1);
  CHECK(beta_below(0.5, 2, 2) == doctest::Approx(0.5));
  CHECK(binomial_probability(2, 4, 0.5) == doctest::Approx(0.375));
}

}  // namespace
}  // namespace loadgen::stats
