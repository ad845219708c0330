#include "loadgen/drive/engine.h"

#include <doctest/doctest.h>
#include <sched.h>

#include <map>

#include "driver_rig.h"
#include "fake_driver.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::FakeDriver;
using test::FakeRule;

/// Two groups at 100/s each.
Scenario two_groups() {
  Scenario scenario = test::http_scenario("http://a");
  scenario.groups.push_back(scenario.groups[0]);
  scenario.groups[1].name = "experimental";
  return scenario;
}

/// An engine over fakes, and all parts that it gave.
struct Run {
  explicit Run(Scenario its = two_groups(), FakeRule its_rule = {}, std::uint64_t max_requests = 0)
      : scenario(std::move(its)),
        rule(std::move(its_rule)),
        variables(scenario.groups.size()),
        engine({scenario, 42, {1, 2}, variables, secrets, max_requests},
               [this](const DriverSetup& setup) {
                 auto driver = std::make_unique<FakeDriver>(setup, rule);
                 drivers.push_back(driver.get());
                 return driver;
               }) {}

  ~Run() {
    // The engine has made this a real-time thread, if it could; the next test is none.
    const sched_param usual{};
    sched_setscheduler(0, SCHED_OTHER, &usual);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Runs the engine; `mail` is called once at its beginning and after each wake.
  void go(const std::function<void()>& mail) {
    engine.wake();
    engine.run({[this](Part&& part) {
                  REQUIRE(imbalance(part, recording) == "");
                  recording += part;
                  parts.push_back(std::move(part));
                  if (on_part) on_part();
                },
                mail});
  }
  /// A run of `length` that begins at once.
  void go(RunOffset length) {
    go([&] {
      if (engine.started()) return;
      engine.start(Clock::now());
      engine.until(length, {});
    });
  }
  /// Ended tickets by outcome; what the parts hold must balance.
  OutcomeCounts ended() const {
    OutcomeCounts sum{};
    for (const auto& [key, slice] : recording.slices) {
      for (std::size_t i = 0; i < kOutcomes; ++i) sum[i] += slice.tally.ended[i];
    }
    return sum;
  }
  std::uint64_t count(Outcome outcome) const { return ended()[static_cast<std::size_t>(outcome)]; }
  std::uint64_t scheduled() const {
    std::uint64_t sum = 0;
    for (const auto& [key, slice] : recording.slices) sum += slice.tally.scheduled;
    return sum;
  }
  std::size_t performed() const {
    std::size_t sum = 0;
    for (const FakeDriver* driver : drivers) sum += driver->tickets.size();
    return sum;
  }

  Scenario scenario;
  FakeRule rule;
  std::vector<Variables> variables;
  std::vector<std::string> secrets;
  std::vector<FakeDriver*> drivers;
  Engine engine;
  std::vector<Part> parts;
  Recording recording;
  std::function<void()> on_part;
};

void check_whole(const Run& run) {
  REQUIRE_FALSE(run.parts.empty());
  for (std::size_t i = 0; i < run.parts.size(); ++i) {
    CHECK(run.parts[i].sequence == i + 1);
    CHECK(run.parts[i].worker == 1);
    CHECK(run.parts[i].last == (i + 1 == run.parts.size()));
  }
  CHECK(run.recording.open() == 0);
}

TEST_CASE("every ticket due before the end is taken up or blind, and a part is made each second") {
  Run run;
  run.go(2200ms);
  check_whole(run);
  // Half of 100/s for each of two groups: this is one worker of two.
  CHECK(run.scheduled() == 220);
  CHECK(run.count(Outcome::ok) + count_of(run.ended(), OutcomeKind::blind) == 220);
  CHECK(run.count(Outcome::ok) == run.performed() - run.count(Outcome::blind_stalled));
  CHECK(run.parts.size() >= 2);
  CHECK(run.parts.size() <= 3);
  std::map<RunSecond, std::uint64_t> seconds;
  for (const auto& [key, slice] : run.recording.slices)
    seconds[key.second] += slice.tally.scheduled;
  CHECK(seconds[0] == 100);
  CHECK(seconds[1] == 100);
  CHECK(seconds[2] == 20);
  for (const FakeDriver* driver : run.drivers) {
    for (const Ticket& ticket : driver->tickets) CHECK(ticket.sequence % 2 == 1);
  }
}

TEST_CASE("parts say when the first byte left and what the thread cost") {
  Run run;
  run.go(400ms);
  const Part& last = run.parts.back();
  REQUIRE(run.drivers[0]->tickets.size() > 0);
  CHECK(last.first_send >= run.drivers[0]->tickets[0].intended);
  CHECK(last.made_at >= 400ms);
  CHECK(run.recording.workers.at(1).cpu_user_us + run.recording.workers.at(1).cpu_system_us > 0);
}

TEST_CASE("the plan reaches to the last `until`") {
  Run run;
  int mails = 0;
  run.rule.on_perform = [&](const Ticket& ticket) {
    if (ticket.intended > 200ms && mails < 2) run.engine.wake();
  };
  run.go([&] {
    if (!run.engine.started()) run.engine.start(Clock::now());
    // Time enough to be told, although this machine may stand still for some of it.
    run.engine.until(++mails == 1 ? 2000ms : 2100ms, {});
  });
  check_whole(run);
  CHECK(mails >= 2);
  CHECK(run.scheduled() == 210);
}

TEST_CASE("a load window reaches the driver of its group") {
  Run run;
  run.go([&] {
    if (run.engine.started()) return;
    run.engine.start(Clock::now());
    run.engine.until(400ms, {{"spike", 1, 0, 3, 200ms, 400ms}});
  });
  check_whole(run);
  CHECK(run.scheduled() == 40 + 20);
}

TEST_CASE("what our own lateness delayed by more than 100 ms is blind and never sent") {
  Run run;
  run.go([&] {
    if (run.engine.started()) return;
    run.engine.start(Clock::now() - 1s);
    run.engine.until(1500ms, {});
  });
  check_whole(run);
  CHECK(run.scheduled() == 150);
  CHECK(run.count(Outcome::blind_late) >= 90);  // due in the first 900 ms
  for (const FakeDriver* driver : run.drivers) {
    for (const Ticket& ticket : driver->tickets) CHECK(ticket.intended >= 900ms);
  }
  const Slice& first = run.recording.slices.at({0, 0, 0, 0});
  CHECK(first[Measure::send_lag].max_us > 100'000);
  CHECK(first.tally.planned() <= 5);
}

TEST_CASE("a stall of our own makes the tickets open in it blind") {
  Run run;
  run.rule.service = 1ms;
  bool stalled = false;
  run.rule.on_perform = [&](const Ticket& ticket) {
    if (stalled || ticket.intended < 50ms) return;
    stalled = true;
    const Instant end = Clock::now() + 200ms;
    while (Clock::now() < end) {
    }
  };
  run.go(600ms);
  check_whole(run);
  for (const FakeDriver* driver : run.drivers) CHECK(driver->taints >= 1);
  CHECK(run.count(Outcome::blind_stalled) >= 1);
  CHECK(run.count(Outcome::blind_late) >= 4);  // those due in the first 100 ms of it
  CHECK(run.scheduled() == 60);
}

TEST_CASE("after the end open tickets get the drain, then they are unfinished") {
  Scenario scenario = two_groups();
  scenario.workloads[0].timeout = 150ms;
  FakeRule never;
  never.service.reset();
  Run run(scenario, never);
  run.go(200ms);
  check_whole(run);
  CHECK(run.scheduled() == 20);
  CHECK(run.count(Outcome::unfinished) + count_of(run.ended(), OutcomeKind::blind) == 20);
  CHECK(run.parts.back().made_at >= 350ms);
  FakeRule slow;
  slow.service = 100ms;
  Run drained(scenario, slow);
  drained.go(200ms);
  check_whole(drained);
  CHECK(drained.count(Outcome::ok) + count_of(drained.ended(), OutcomeKind::blind) == 20);
}

TEST_CASE("an abort ends the run at once, and what is open is blind") {
  for (const bool abort : {true, false}) {
    CAPTURE(abort);
    Scenario scenario = two_groups();
    scenario.workloads[0].timeout = 100ms;
    FakeRule never;
    never.service.reset();
    Run run(scenario, never);
    run.rule.on_perform = [&](const Ticket& ticket) {
      if (ticket.intended >= 200ms) run.engine.wake();
    };
    run.go([&] {
      if (run.engine.started()) return run.engine.stop(abort);
      run.engine.start(Clock::now());
      run.engine.until(1h, {});
    });
    check_whole(run);
    CHECK(run.scheduled() < 1000);
    // A busy machine may have stalled this process, too.
    CHECK(run.count(abort ? Outcome::blind_aborted : Outcome::unfinished) +
              run.count(Outcome::blind_stalled) >
          0);
    CHECK(run.count(abort ? Outcome::unfinished : Outcome::blind_aborted) == 0);
  }
}

TEST_CASE("stopped before it started, nothing was, and there is no part") {
  Run run;
  run.go([&] { run.engine.stop(true); });
  CHECK(run.parts.empty());
}

TEST_CASE("a later `until` does not undo a stop") {
  Run run;
  run.go([&] {
    if (!run.engine.started()) {
      run.engine.start(Clock::now());
      run.engine.stop(false);
    }
    run.engine.until(1h, {});
  });
  check_whole(run);
}

TEST_CASE("a closed loop goes on as soon as a ticket ended") {
  Scenario scenario = two_groups();
  scenario.workloads[0].clients = 4;
  FakeRule quick;
  quick.service = 2ms;
  Run run(scenario, quick);
  run.go(300ms);
  check_whole(run);
  CHECK(run.scheduled() > 4);
  for (const FakeDriver* driver : run.drivers) {
    std::map<std::uint32_t, int> clients;
    for (const Ticket& ticket : driver->tickets) ++clients[ticket.client];
    CHECK(clients.size() == 2);  // of four, this worker's half
  }
}

TEST_CASE("a closed loop whose tickets end at once does not keep the engine from its end") {
  Scenario scenario = two_groups();
  scenario.workloads[0].clients = 4;
  Run run(scenario);
  run.go(100ms);
  check_whole(run);
  CHECK(run.count(Outcome::ok) + count_of(run.ended(), OutcomeKind::blind) == run.scheduled());
}

TEST_CASE(
    "a number of requests ends the run when the last of them has ended, however long it takes") {
  FakeRule slow;
  slow.service = 2500ms;  // more than any drain
  Run run(two_groups(), slow, 21);
  run.go(1h);
  check_whole(run);
  CHECK(run.scheduled() == 10);  // the second worker's part of 21
  CHECK(run.count(Outcome::unfinished) == 0);
  CHECK(run.count(Outcome::ok) + count_of(run.ended(), OutcomeKind::blind) == 10);
}

TEST_CASE("opening ahead tells what is wrong with each target") {
  Run well;
  CHECK(well.engine.open_ahead(30s).empty());
  for (const FakeDriver* driver : well.drivers) CHECK(driver->opened == 1);
  FakeRule refused;
  refused.problem = "nobody there";
  Run bad(two_groups(), refused);
  CHECK(bad.engine.open_ahead(30s) == std::vector<std::string>(2, "nobody there"));
  FakeRule silent;
  silent.settled = false;
  Run late(two_groups(), silent);
  CHECK(late.engine.open_ahead(5ms) == std::vector<std::string>(2, "no answer in time"));
}

}  // namespace
}  // namespace loadgen
