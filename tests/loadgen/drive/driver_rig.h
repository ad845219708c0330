// An HttpDriver with all that an engine lends to it, driven by hand.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/core/recording.h"
#include "loadgen/drive/http_driver.h"

namespace loadgen::test {

/// One group and one open-loop workload with `connections` opened ahead, caps that do not bite and
/// short backoffs.
inline Scenario http_scenario(const std::string& base_url) {
  Scenario scenario;
  scenario.experiment.name = "test";
  scenario.phases.before = std::chrono::seconds(60);
  Group group;
  group.name = "target";
  group.base_url = base_url;
  scenario.groups.push_back(group);
  Workload workload;
  workload.name = "home";
  workload.rate = 100_rps;
  workload.max_in_flight = 1000;
  workload.connections = 2;
  workload.reconnect.initial = std::chrono::milliseconds(5);
  workload.reconnect.max = std::chrono::milliseconds(40);
  workload.reconnect.per_second = 1000;
  Request request;
  request.name = "home";
  workload.http.requests.push_back(request);
  scenario.workloads.push_back(workload);
  return scenario;
}

inline Scenario http_scenario(std::uint16_t port) {
  return http_scenario("http://127.0.0.1:" + std::to_string(port));
}

class DriverRig {
 public:
  explicit DriverRig(Scenario its, Variables its_variables = {},
                     Resolver::LookUp look_up = Resolver::system_look_up)
      : scenario(std::move(its)),
        variables(std::move(its_variables)),
        resolver([this] { readiness.wake(); }, std::move(look_up)),
        scorer(scenario, 0),
        driver({scenario, 0, 0, 42, Share{}, variables, secrets, readiness, resolver, scorer}) {
    scorer.start(Clock::now());
  }

  /// Opens the connections and waits until they are settled.
  Driver::Standing open_ahead() {
    driver.open_ahead(Clock::now());
    run_until([&] { return driver.standing().settled; });
    return driver.standing();
  }
  /// A ticket that falls due now.
  void perform() { perform(next_ticket()); }
  void perform(const Ticket& ticket) {
    const std::uint16_t operation = driver.operation_of(ticket);
    scorer.due(ticket, operation);
    driver.perform(ticket, operation, Clock::now());
  }
  Ticket next_ticket() {
    Ticket ticket;
    ticket.sequence = sequence_++;
    ticket.intended = scorer.offset(Clock::now());
    return ticket;
  }
  /// One pass of an engine: at most a few milliseconds of waiting.
  void pass() {
    const Instant now = Clock::now();
    const Instant most = now + std::chrono::milliseconds(5);
    const int ready = readiness.wait(now, std::min(most, driver.next_deadline()));
    for (int i = 0; i < ready; ++i) {
      const Readiness::Event event = readiness.event(i);
      if (event.owner->driver != nullptr) driver.ready(*event.owner, event);
    }
    resolver.collect();
    driver.tick(Clock::now());
    freed += scorer.freed().size();
    if (reissue) {
      for (std::size_t n = scorer.freed().size(); n > 0; --n) perform();
    }
    scorer.freed().clear();
  }
  /// Passes until `done`; a test that takes half a minute has failed.
  template <class Done>
  void run_until(const Done& done) {
    const Instant deadline = Clock::now() + std::chrono::seconds(30);
    while (!done()) {
      REQUIRE(Clock::now() < deadline);
      pass();
    }
  }
  void run_until_idle() {
    run_until([&] { return driver.open() == 0; });
  }
  template <class Length>
  void run_for(Length length) {
    const Instant end = Clock::now() + length;
    while (Clock::now() < end) pass();
  }

  /// All that was scored so far, over all seconds and operations. Conservation is checked on the
  /// way: `planned = ended + open`.
  const Tally& tally() {
    const Part part = scorer.take_part(Clock::now(), false);
    REQUIRE(imbalance(part, recording) == "");
    recording += part;
    whole = {};
    for (const auto& [key, slice] : recording.slices) whole += slice;
    REQUIRE(whole.tally.open() == static_cast<std::int64_t>(driver.open()));
    return whole.tally;
  }
  std::uint64_t count(Outcome outcome) { return tally().ended[static_cast<std::size_t>(outcome)]; }

  Scenario scenario;
  Variables variables;
  std::vector<std::string> secrets;
  Readiness readiness;
  Resolver resolver;
  Scorer scorer;
  HttpDriver driver;
  Recording recording;
  Slice whole;
  std::uint64_t freed = 0;  // clients of a closed loop that became free
  bool reissue = false;     // and get their next ticket at once

 private:
  std::uint64_t sequence_ = 0;
};

}  // namespace loadgen::test
