#include "reports/ticks.h"

#include <doctest/doctest.h>

namespace loadgen::reports {
namespace {

TEST_CASE("linear ticks are round and inside") {
  CHECK(linear_ticks(0, 168, 4) == std::vector<double>{0, 50, 100, 150});
  CHECK(linear_ticks(0, 1, 4) == std::vector<double>{0, 0.5, 1});
  CHECK(linear_ticks(5, 5, 4) == std::vector<double>{5});
  CHECK(linear_ticks(1e17, 1e17 + 64, 4).size() < 30);  // n + 1 == n here
}

TEST_CASE("log ticks stand at decades, with 2 and 5 when there are few") {
  const std::vector<double> few = log_ticks(900, 11'000);
  CHECK(few.size() == 4);  // 1, 2, 5, 10 thousand
  CHECK(log_ticks(1, 1e6).size() == 7);
  CHECK(log_ticks(0, 1).empty());
  CHECK(log_ticks(5, 5).empty());
}

TEST_CASE("seconds are labelled from zero, every other tick may go on a phone") {
  const std::vector<Tick> ticks = second_ticks(-55, 75);
  REQUIRE(ticks.size() == 6);
  CHECK(ticks[0].label == "−40 s");
  CHECK(ticks[2].label == "0");
  CHECK(ticks[3].label == "+20 s");
  CHECK_FALSE(ticks[2].minor);
  CHECK(ticks[3].minor);
  CHECK(second_ticks(0, 3540).back().label == "+50 min");
  CHECK(second_ticks(0, 1e6).size() <= 13);
}

TEST_CASE("zeros after the point go, others stay") {
  CHECK(without_zeros("50.0 ms") == "50 ms");
  CHECK(without_zeros("0.50 %") == "0.5 %");
  CHECK(without_zeros("100") == "100");
  CHECK(without_zeros("−40.0") == "−40");
}

}  // namespace
}  // namespace loadgen::reports
