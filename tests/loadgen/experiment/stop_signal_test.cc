#include "loadgen/experiment/stop_signal.h"

#include <doctest/doctest.h>

#include <array>
#include <boost/asio/this_coro.hpp>
#include <stdexcept>
#include <string>

#include "loadgen/experiment/tasks.h"
#include "tests/loadgen/experiment/awaited.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

asio::awaitable<void> sleeper(StopSignal& stop, Instant when, Urgency wake, int& woken) {
  const bool reached = co_await stop.sleep_until(when, wake);
  woken = reached ? 1 : -1;
}

asio::awaitable<void> raise_in(StopSignal& stop, Duration delay, Urgency level) {
  co_await sleep_until(Clock::now() + delay, WakeOn{});
  stop.raise(level, "told to");
}

asio::awaitable<std::array<int, 4>> four_sleepers(StopSignal& stop, Urgency raised) {
  std::array<int, 4> woken{};
  Tasks tasks(co_await asio::this_coro::executor, stop);
  const Instant late = Clock::now() + 80ms;
  tasks.spawn(sleeper(stop, Clock::now() + 5ms, Urgency::ending, woken[0]));
  tasks.spawn(sleeper(stop, late, Urgency::ending, woken[1]));
  tasks.spawn(sleeper(stop, late, Urgency::stop, woken[2]));
  tasks.spawn(sleeper(stop, late, Urgency::hurry, woken[3]));
  tasks.spawn(raise_in(stop, 30ms, raised));
  co_await tasks.done();
  co_return woken;
}

TEST_CASE("a level wakes those that wait for it or for less") {
  struct Row {
    std::string why;
    Urgency raised;
    std::array<int, 4> woken;
  };
  const Row rows[] = {
      {"ending wakes only who goes with the run", Urgency::ending, {1, -1, 1, 1}},
      {"stop wakes the phases, too", Urgency::stop, {1, -1, -1, 1}},
      {"hurry wakes everybody", Urgency::hurry, {1, -1, -1, -1}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    StopSignal stop;
    CHECK(awaited(four_sleepers(stop, row.raised)) == row.woken);
  }
}

TEST_CASE("levels only rise, and the first reason to stop is kept") {
  StopSignal stop;
  stop.raise(Urgency::ending, "the plan is over");
  CHECK(stop.at(Urgency::ending));
  CHECK_FALSE(stop.at(Urgency::stop));
  CHECK(stop.reason().empty());
  stop.raise(Urgency::stop, "first");
  stop.raise(Urgency::ending, "lower");
  stop.raise(Urgency::hurry, "second");
  CHECK(stop.at(Urgency::hurry));
  CHECK(stop.reason() == "first");
  const Instant begun = Clock::now();
  CHECK_FALSE(awaited(stop.sleep_until(begun + 5s, Urgency::stop)));
  CHECK(Clock::now() - begun < 4s);
}

asio::awaitable<void> fails() {
  co_await sleep_until(Clock::now() + 1ms, WakeOn{});
  throw std::runtime_error("broken");
}

asio::awaitable<bool> failing_task(StopSignal& stop) {
  Tasks tasks(co_await asio::this_coro::executor, stop);
  tasks.spawn(fails());
  const bool reached = co_await stop.sleep_until(Clock::now() + 5s, Urgency::stop);
  co_await tasks.done();
  co_return !reached && tasks.error() != nullptr;
}

TEST_CASE("a task that ends with an exception stops the others") {
  StopSignal stop;
  CHECK(awaited(failing_task(stop)));
  CHECK(stop.reason() == "broken");
}

}  // namespace
}  // namespace loadgen
