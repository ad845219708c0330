#include "loadgen/experiment/timeline.h"

#include <doctest/doctest.h>

#include <string>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

TEST_CASE("edges follow from the lengths, and later ones move with earlier ones") {
  Timeline t(Phases{10s, 60s, 30s, 20s});
  CHECK(t.before == 10);
  CHECK(t.during == 70);
  CHECK(t.after == 100);
  CHECK(t.end == 120);
  t.move_during(85);
  CHECK(t.before == 10);
  CHECK(t.during == 85);
  CHECK(t.after == 115);
  CHECK(t.end == 135);
  t.move_after(117);
  CHECK(t.during == 85);
  CHECK(t.after == 117);
  CHECK(t.end == 137);
  const Timeline quick(Phases{0s, 5s, 0s, 0s});
  CHECK(quick.before == 0);
  CHECK(quick.during == 5);
  CHECK(quick.end == 5);
}

TEST_CASE("before grows by quarters, at least 5 s, to twice its length") {
  struct Row {
    std::string why;
    RunSecond planned, now;
    std::optional<RunSecond> by;
  };
  const Row rows[] = {
      {"a quarter", 60, 60, 15},
      {"a quarter of the planned length, not of the present one", 60, 75, 15},
      {"the last whole step", 60, 105, 15},
      {"cut at twice the length", 60, 110, 10},
      {"used up", 60, 120, std::nullopt},
      {"beyond (an edge was settled late)", 60, 121, std::nullopt},
      {"at least 5 s", 8, 8, 5},
      {"the rest of it", 8, 13, 3},
      {"short phases double at once", 2, 2, 2},
      {"a quarter is rounded up", 21, 21, 6},
      {"the smallest", 1, 1, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(next_extension(row.planned, row.now) == row.by);
  }
}

TEST_CASE("whole seconds") {
  CHECK(next_second(0s) == 0);
  CHECK(next_second(1ns) == 1);
  CHECK(next_second(3s) == 3);
  CHECK(next_second(3s + 1ns) == 4);
  CHECK(next_second(-300ms) == 0);
  CHECK(at_second(7) == 7s);
  CHECK(print_seconds(6149ms) == "6.1 s");
}

TEST_CASE("the drain is the smaller of timeout and 2 s, the longest of all workloads") {
  Scenario scenario;
  scenario.workloads.resize(2);
  scenario.workloads[0].timeout = 500ms;
  scenario.workloads[1].timeout = 800ms;
  CHECK(drain_of(scenario) == 800ms);
  scenario.workloads[1].timeout = 10s;
  CHECK(drain_of(scenario) == 2s);
}

}  // namespace
}  // namespace loadgen
