#include "loadgen/analysis/seconds.h"

#include <string>

#include "recorded_run.h"

namespace loadgen {
namespace {

TEST_CASE("every second has an entry, operations are added up") {
  RecordedRun recorded;
  recorded.seconds(0, {2, 3}, {.ok = 6, .ok_us = 1000, .in_flight = 4});
  recorded.seconds(0, {2, 3}, {.ok = 4, .ok_us = 9000, .refused = 2}, {.operation = 1});
  const auto seconds = seconds_of(
      recorded.run.recording,
      {.selection = {0, 0}, .from = 1, .to = 4, .latency_limit = std::chrono::milliseconds{5}});
  REQUIRE(seconds.size() == 3);
  CHECK(seconds[0].is_empty());
  CHECK(seconds[2].is_empty());
  CHECK_FALSE(seconds[0].p50_us);
  CHECK(seconds[1].planned == 12);
  CHECK(seconds[1].ok == 10);
  CHECK(seconds[1].good == 6);
  CHECK(seconds[1].in_flight == 4);
  CHECK(*seconds[1].p50_us == 1000);
  CHECK(*seconds[1].max_us == 9000);
  CHECK(seconds[1].first_ok == std::chrono::seconds{2});
}

TEST_CASE("what a second is") {
  struct Row {
    std::string why;
    Tickets tickets;
    bool closed_loop;
    bool blind, empty, down, brown;
  };
  const Row rows[] = {
      {"all ok", {.ok = 10}, false, false, false, false, false},
      {"nothing due", {}, false, false, true, false, false},
      {"no ok", {.refused = 10}, false, false, false, true, false},
      {"half is good", {.ok = 5, .refused = 5}, false, false, false, false, false},
      {"less than half is good", {.ok = 4, .refused = 5}, false, false, false, false, true},
      {"slow answers are not good", {.ok = 10, .ok_us = 60'000}, false, false, false, false, true},
      {"half is blind: judged", {.refused = 5, .late = 5}, false, false, false, true, false},
      {"more is blind: not judged", {.refused = 4, .late = 5}, false, true, false, false, false},
      {"clients wait, nothing due", {.in_flight = 3}, true, false, false, true, false},
      {"open loop: in flight is no demand", {.in_flight = 3}, false, false, true, false, false},
      {"closed loop, nobody waits", {}, true, false, true, false, false},
      {"closed loop: open tickets are not judged yet",
       {.open = 5, .in_flight = 5},
       true,
       false,
       true,
       false,
       false},
      {"only open tickets: nothing known", {.open = 5}, false, false, true, false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.seconds(0, {0, 1}, row.tickets);
    const auto second =
        seconds_of(recorded.run.recording, {.selection = {0, 0},
                                            .from = 0,
                                            .to = 1,
                                            .closed_loop = row.closed_loop,
                                            .latency_limit = std::chrono::milliseconds{50}})
            .at(0);
    CHECK(second.is_blind() == row.blind);
    CHECK(second.is_empty() == row.empty);
    CHECK(second.is_down() == row.down);
    CHECK(second.is_brown_out() == row.brown);
  }
}

}  // namespace
}  // namespace loadgen
