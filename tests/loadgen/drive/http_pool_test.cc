// The pool of an HttpDriver: opening ahead, reconnecting, and never too often.
#include <atomic>
#include <set>

#include "driver_rig.h"
#include "scripted_server.h"

namespace loadgen {
namespace {

using test::DriverRig;
using test::http_scenario;
using test::ok_answer;
using test::ScriptedServer;
using test::Visitor;

/// Attempts that the cap allows in `elapsed`, with those that began it and one that was just due.
double allowed(double at_once, double per_second, Duration elapsed) {
  return at_once + per_second * to_seconds(elapsed) + 1;
}

TEST_CASE("a refusing port settles with one sentence that names it") {
  const test::RefusingPort refusing;
  for (const bool keepalive : {true, false}) {
    CAPTURE(keepalive);
    Scenario scenario = http_scenario(refusing.port());
    scenario.workloads[0].connections = 5;
    scenario.workloads[0].http.keepalive = keepalive;
    DriverRig rig(scenario);
    const Driver::Standing standing = rig.open_ahead();
    CHECK(standing.settled);
    CHECK(standing.problem ==
          "target: http://127.0.0.1:" + std::to_string(refusing.port()) + ": Connection refused");
  }
}

TEST_CASE("a name that can't be resolved settles with the name, and tickets end as dns") {
  Scenario scenario = http_scenario("http://nowhere.invalid:80");
  scenario.workloads[0].connections = 5;
  int asked = 0;
  DriverRig rig(scenario, {}, [&asked](const std::string&, std::uint16_t) {
    ++asked;
    Resolver::Answer answer;
    answer.problem = "no such name";
    return answer;
  });
  rig.driver.open_ahead(Clock::now());
  for (int i = 0; i < 4; ++i) rig.perform();
  rig.run_until([&] { return rig.driver.standing().settled; });
  CHECK(rig.driver.standing().problem ==
        "target: http://nowhere.invalid:80: can't resolve \"nowhere.invalid\": no such name");
  rig.run_until_idle();
  const Tally tally = rig.tally();
  CHECK(tally.ended[static_cast<std::size_t>(Outcome::dns)] == 4);
  CHECK(tally.connects_failed[static_cast<std::size_t>(Outcome::dns)] == tally.connects_attempted);
}

TEST_CASE("one question serves all connections that wait for the same name") {
  ScriptedServer server(test::answers(ok_answer()));
  Scenario scenario = http_scenario("http://some.name:" + std::to_string(server.port()));
  scenario.workloads[0].connections = 8;
  std::atomic<int> asked = 0;
  DriverRig rig(scenario, {}, [&asked](const std::string& host, std::uint16_t port) {
    ++asked;
    Resolver::Answer answer;
    if (host == "some.name") answer.addresses.push_back(*numeric_address("127.0.0.1", port));
    return answer;
  });
  CHECK(rig.open_ahead().problem == "");
  CHECK(asked == 1);
  CHECK(rig.tally().connects_ok == 8);
  CHECK(rig.whole[Measure::resolve].total == 1);
  CHECK(rig.whole[Measure::connect].total == 8);
}

TEST_CASE("a question that hangs does not outlive connect_timeout, and no second one is asked") {
  Scenario scenario = http_scenario("http://some.name:80");
  std::atomic<int> asked = 0;
  std::atomic<bool> go = false;
  DriverRig rig(scenario, {}, [&](const std::string&, std::uint16_t) {
    ++asked;
    go.wait(false);
    return Resolver::Answer{};
  });
  const Instant begun = Clock::now();
  rig.driver.open_ahead(begun);
  rig.perform();
  const Instant late = begun + scenario.workloads[0].connect_timeout + std::chrono::seconds(1);
  rig.driver.tick(late);
  CHECK(rig.driver.standing().settled);
  CHECK(rig.driver.open() == 0);
  CHECK(rig.count(Outcome::connect_timeout) == 1);
  // Its timers ask for connections again, and those join the question that is still open.
  for (int i = 1; i < 10; ++i) rig.driver.tick(late + std::chrono::seconds(i));
  CHECK(rig.tally().connects_attempted > 2);
  go = true;
  go.notify_all();
  rig.run_until(
      [&] { return rig.tally().connects_failed[static_cast<std::size_t>(Outcome::dns)] > 0; });
  CHECK(asked <= 2);
}

TEST_CASE("connections are opened ahead and used in turn") {
  std::atomic<int> most = 0;
  ScriptedServer server([&](Visitor& visitor) {
    int answered = 0;
    while (!visitor.read_request().empty() && visitor.write(ok_answer())) {
      ++answered;
      int seen = most;
      while (seen < answered && !most.compare_exchange_weak(seen, answered)) {
      }
    }
  });
  Scenario scenario = http_scenario(server.port());
  scenario.workloads[0].connections = 4;
  DriverRig rig(scenario);
  CHECK(rig.open_ahead().problem == "");
  for (int i = 0; i < 12; ++i) {
    rig.perform();
    rig.run_until_idle();
  }
  CHECK(rig.count(Outcome::ok) == 12);
  CHECK(rig.tally().connects_attempted == 4);
  CHECK(server.accepted() == 4);
  CHECK(most == 3);
}

TEST_CASE("the pool grows for tickets that find no connection idle, up to the cap") {
  std::atomic<bool> go = false;
  ScriptedServer server([&](Visitor& visitor) {
    while (!visitor.read_request().empty()) {
      go.wait(false);
      visitor.write(ok_answer());
    }
  });
  Scenario scenario = http_scenario(server.port());
  scenario.workloads[0].connections = 2;
  scenario.workloads[0].max_in_flight = 5;
  DriverRig rig(scenario);
  rig.open_ahead();
  for (int i = 0; i < 7; ++i) rig.perform();
  CHECK(rig.count(Outcome::not_sent_cap) == 2);
  rig.run_until([&] { return rig.tally().connects_ok == 5; });
  go = true;
  go.notify_all();
  rig.run_until_idle();
  CHECK(rig.count(Outcome::ok) == 5);
  CHECK(server.accepted() == 5);
}

TEST_CASE("while a target refuses, attempts stay under the cap and tickets end at once") {
  const test::RefusingPort refusing;
  struct Row {
    std::string why;
    bool keepalive;
    std::uint32_t connections;
  };
  for (const Row& row :
       {Row{"a pool", true, 10}, Row{"one connection", true, 1}, Row{"no keep-alive", false, 10}}) {
    CAPTURE(row.why);
    Scenario scenario = http_scenario(refusing.port());
    scenario.workloads[0].connections = row.connections;
    scenario.workloads[0].http.keepalive = row.keepalive;
    scenario.workloads[0].reconnect.per_second = 50;
    DriverRig rig(scenario);
    const Instant begun = Clock::now();
    rig.open_ahead();
    std::uint64_t tickets = 0;
    while (Clock::now() - begun < std::chrono::milliseconds(600)) {
      rig.perform();
      ++tickets;
      rig.pass();
    }
    rig.run_until_idle();
    const Tally tally = rig.tally();
    const double most = allowed(row.connections, 50, Clock::now() - begun);
    CHECK(static_cast<double>(tally.connects_attempted) <= most + 1);
    CHECK(tally.connects_attempted > row.connections);
    const std::uint64_t refused =
        tally.connects_failed[static_cast<std::size_t>(Outcome::connect_refused)];
    CHECK(refused <= tally.connects_attempted);  // the last ones may be under way
    CHECK(refused + row.connections >= tally.connects_attempted);
    CHECK(count_of(tally.ended, OutcomeKind::failed) +
              count_of(tally.ended, OutcomeKind::not_sent) ==
          tickets);
    CHECK(tally.ended[static_cast<std::size_t>(Outcome::connect_refused)] > 0);
  }
}

TEST_CASE("a server that accepts and resets at once makes no hot loop") {
  ScriptedServer server([](Visitor& visitor) { visitor.reset(); });
  for (const bool closed_loop : {false, true}) {
    CAPTURE(closed_loop);
    Scenario scenario = http_scenario(server.port());
    Workload& workload = scenario.workloads[0];
    workload.connections = 4;
    workload.reconnect.per_second = 50;
    if (closed_loop) workload.clients = 4;
    DriverRig rig(scenario);
    rig.driver.open_ahead(Clock::now());
    for (int i = 0; i < 4; ++i) rig.perform();
    rig.run_until_idle();
    // From here on the target is known to be down.
    const std::uint64_t before = rig.tally().connects_attempted;
    rig.reissue = closed_loop;
    for (int i = 0; i < 4; ++i) rig.perform();
    const Instant begun = Clock::now();
    while (Clock::now() - begun < std::chrono::milliseconds(600)) {
      if (!closed_loop) rig.perform();
      rig.pass();
    }
    const Tally tally = rig.tally();
    const double most = allowed(1, 50, Clock::now() - begun);
    CHECK(static_cast<double>(tally.connects_attempted - before) <= most);
    CHECK(tally.connects_attempted > before);
    CHECK(tally.ok() == 0);
    rig.driver.give_up(Clock::now(), false);
  }
}

TEST_CASE("a closed loop issues one ticket per connection attempt while its target is down") {
  const test::RefusingPort refusing;
  Scenario scenario = http_scenario(refusing.port());
  scenario.workloads[0].clients = 3;
  scenario.workloads[0].connections = 3;
  DriverRig rig(scenario);
  rig.reissue = true;
  rig.driver.open_ahead(Clock::now());
  for (int i = 0; i < 3; ++i) rig.perform();
  rig.run_until([&] { return rig.freed >= 30; });
  CHECK(rig.driver.open() == 3);
  const Tally tally = rig.tally();
  CHECK(tally.ended[static_cast<std::size_t>(Outcome::connect_refused)] == rig.freed);
  CHECK(tally.connects_attempted >= rig.freed);
  CHECK(tally.connects_attempted <= rig.freed + 3);
  rig.driver.give_up(Clock::now(), false);
}

TEST_CASE("the pool gets its size back when the target does") {
  for (const bool closed_loop : {false, true}) {
    CAPTURE(closed_loop);
    std::uint16_t port = 0;
    Scenario scenario;
    {
      ScriptedServer server(test::answers(ok_answer()));
      port = server.port();
      scenario = http_scenario(port);
      scenario.workloads[0].connections = 6;
      if (closed_loop) scenario.workloads[0].clients = 6;
    }
    // Down from the start; then it comes.
    DriverRig rig(scenario);
    rig.reissue = closed_loop;
    CHECK(rig.open_ahead().problem != "");
    for (int i = 0; i < 6; ++i) rig.perform();
    rig.run_for(std::chrono::milliseconds(50));
    CHECK(rig.tally().ok() == 0);
    ScriptedServer server(test::answers(ok_answer()), port);
    rig.run_until([&] {
      if (!closed_loop && rig.driver.open() == 0) rig.perform();
      const Tally tally = rig.tally();
      return tally.connects_ok >= 6 && tally.ok() > 20;
    });
    CHECK(rig.tally().connects_ok == 6);
    rig.driver.give_up(Clock::now(), false);
  }
}

TEST_CASE("without keep-alive a failure in the past does not slow what follows") {
  std::atomic<int> number = 0;
  ScriptedServer server([&](Visitor& visitor) {
    if (number++ == 3) return visitor.reset();
    visitor.read_request();
    visitor.write(ok_answer());
  });
  Scenario scenario = http_scenario(server.port());
  scenario.workloads[0].connections = 50;
  scenario.workloads[0].http.keepalive = false;
  scenario.workloads[0].reconnect.per_second = 5;
  DriverRig rig(scenario);
  rig.open_ahead();
  const Instant begun = Clock::now();
  // At five attempts a second 200 tickets would take 40 s.
  for (int i = 0; i < 200; ++i) {
    rig.perform();
    rig.run_until_idle();
  }
  CHECK(rig.count(Outcome::ok) >= 190);
  CHECK(Clock::now() - begun < std::chrono::seconds(20));
}

TEST_CASE("a black hole ends by connect_timeout") {
  const test::BlackHole hole;
  DriverRig rig(http_scenario(hole.port()));
  const Instant begun = Clock::now();
  rig.driver.open_ahead(begun);
  rig.perform();
  rig.perform();
  const Duration timeout = rig.scenario.workloads[0].connect_timeout;
  rig.driver.tick(begun + timeout - std::chrono::milliseconds(1));
  CHECK(rig.driver.open() == 2);
  CHECK_FALSE(rig.driver.standing().settled);
  rig.driver.tick(begun + timeout + std::chrono::milliseconds(1));
  CHECK(rig.driver.standing().settled);
  CHECK(rig.driver.standing().problem.find("connect_timeout") != std::string::npos);
  CHECK(rig.driver.open() == 0);
  CHECK(rig.count(Outcome::connect_timeout) == 2);
  CHECK(rig.tally().connects_failed[static_cast<std::size_t>(Outcome::connect_timeout)] == 2);
}

TEST_CASE("an address that refuses is followed by the next one of the name") {
  ScriptedServer server(test::answers(ok_answer()));
  Scenario scenario = http_scenario("http://two.addresses:" + std::to_string(server.port()));
  scenario.workloads[0].connections = 4;
  DriverRig rig(scenario, {}, [](const std::string&, std::uint16_t port) {
    Resolver::Answer answer;
    // Nobody listens at 127.0.0.2.
    answer.addresses = {*numeric_address("127.0.0.2", port), *numeric_address("127.0.0.1", port)};
    return answer;
  });
  CHECK(rig.open_ahead().problem == "");
  CHECK(rig.tally().connects_ok == 4);
  CHECK(rig.tally().connects_attempted == 4);
}

TEST_CASE("idle connections that the server closes come back, and cost no ticket") {
  ScriptedServer server([](Visitor& visitor) {
    if (visitor.number() < 3) return;
    test::answers(ok_answer())(visitor);
  });
  Scenario scenario = http_scenario(server.port());
  scenario.workloads[0].connections = 3;
  DriverRig rig(scenario);
  rig.driver.open_ahead(Clock::now());
  rig.run_until([&] { return server.accepted() >= 6; });
  for (int i = 0; i < 3; ++i) {
    rig.perform();
    rig.run_until_idle();
  }
  CHECK(rig.count(Outcome::ok) == 3);
  CHECK(count_of(rig.tally().ended, OutcomeKind::failed) == 0);
}

}  // namespace
}  // namespace loadgen
