#include "loadgen/core/units.h"

#include <doctest/doctest.h>

#include <string>

using namespace loadgen;
using namespace std::chrono_literals;

TEST_CASE("a run second holds the offsets from it up to the next") {
  struct Row {
    std::string why;
    RunOffset offset;
    RunSecond second;
  };
  const Row rows[] = {
      {"the start is in second 0", 0ns, 0},
      {"the last instant of second 0", 999'999'999ns, 0},
      {"the first instant of second 1", 1s, 1},
      {"just before the start is second -1, not 0", -1ns, -1},
      {"a whole second before the start", -1s, -1},
      {"just before that", -1s - 1ns, -2},
      {"a day", 24h, 86'400},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(run_second(row.offset) == row.second);
  }
}

TEST_CASE("scaling between units") {
  CHECK(whole_us(1999ns) == 1);
  CHECK(whole_us(2000ns) == 2);
  CHECK(to_seconds(1500ms) == 1.5);
  CHECK(from_seconds(0.25) == 250ms);
  CHECK(250_rps == Rate{250.0});
  CHECK(0.5_rps < 1_rps);
}
