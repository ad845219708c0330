#include "loadgen/cluster/clock_offset.h"

#include <doctest/doctest.h>

#include <random>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

TEST_CASE("the true offset lies within the bound, however the round trip was divided") {
  std::mt19937_64 random(11);
  for (int i = 0; i < 10'000; ++i) {
    const Duration truth{static_cast<std::int64_t>(random() % 2'000'000'000'000) -
                         1'000'000'000'000};
    const Duration there{static_cast<std::int64_t>(random() % 5'000'000)};
    const Duration back{static_cast<std::int64_t>(random() % 5'000'000)};
    const Instant sent(1000s);
    const ClockReading reading = clock_reading(sent, sent + there + truth, sent + there + back);
    CAPTURE(i);
    CHECK(std::chrono::abs(reading.offset - truth) <= reading.bound);
    CHECK(reading.bound <= (there + back) / 2 + 1ns);
  }
}

TEST_CASE("a change is what both bounds can't explain") {
  struct Row {
    const char* why;
    ClockReading then, now;
    Duration change;
  };
  for (const Row& row : {
           Row{"nothing happened", {5ms, 1ms}, {5ms, 1ms}, 0ms},
           Row{"just within the bounds", {5ms, 1ms}, {8ms, 2ms}, 0ms},
           Row{"just beyond them", {5ms, 1ms}, {8ms + 1ns, 2ms}, 3ms + 1ns},
           Row{"a step back", {5ms, 1ms}, {-95ms, 1ms}, -100ms},
           Row{"a bad reading says nothing", {5ms, 1ms}, {80ms, 100ms}, 0ms},
       }) {
    CAPTURE(row.why);
    CHECK(clock_change(row.then, row.now) == row.change);
  }
}

TEST_CASE("the quickest of the last round trips counts") {
  ClockOffset clock;
  CHECK_FALSE(clock.best());
  clock.add({1ms, 500us});
  clock.add({2ms, 100us});
  clock.add({3ms, 900us});
  CHECK(clock.best() == ClockReading{2ms, 100us});
  // It is forgotten when it is too old: a drift shows.
  for (std::size_t i = 0; i < ClockOffset::kWindow; ++i) clock.add({9ms, 200us});
  CHECK(clock.best() == ClockReading{9ms, 200us});
  CHECK(clock.count() == ClockOffset::kWindow);
}

}  // namespace
}  // namespace loadgen
