#include "loadgen/analysis/metric_scale.h"

#include <doctest/doctest.h>

#include <cmath>

namespace loadgen {
namespace {

TEST_CASE("worse is larger, and back again it is what it was") {
  struct Row {
    std::string why;
    const char* metric;
    double better, worse;
  };
  const Row rows[] = {
      {"slower is worse", "p99", 0.010, 0.011},
      {"more errors are worse", "error_rate", 0, 0.01},
      {"less good is worse", "goodput", 1, 0.98},
      {"fewer transactions are worse", "tps", 500, 450},
      {"fewer answers are worse", "ok_rate", 2, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(to_scale(row.metric, row.worse) > to_scale(row.metric, row.better));
    for (const double value : {row.better, row.worse}) {
      CHECK(from_scale(row.metric, to_scale(row.metric, value)) == doctest::Approx(value));
    }
  }
}

TEST_CASE("a difference is a change as people say it") {
  CHECK(change_of("p50", std::log(1.2)) == doctest::Approx(0.2));
  CHECK(change_of("tps", std::log(1.25)) == doctest::Approx(-0.2));
  CHECK(change_of("error_rate", 0.01) == doctest::Approx(0.01));
  CHECK(change_of("goodput", 0.01) == doctest::Approx(-0.01));
}

TEST_CASE("nothing becomes infinite") {
  CHECK(std::isfinite(to_scale("p50", 0)));
  CHECK(std::isfinite(to_scale("tps", 0)));
}

}  // namespace
}  // namespace loadgen
