// A PostgresDriver with all that an engine lends to it, driven by hand.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "loadgen/core/recording.h"
#include "pgbench_mode/postgres_driver.h"

namespace loadgen::test {

/// An open-loop workload with two clients, caps that do not bite and short backoffs.
inline Scenario postgres_scenario(const std::string& dsn) {
  Scenario scenario;
  scenario.phases.before = std::chrono::seconds(60);
  Group group;
  group.name = "target";
  group.dsn = dsn;
  scenario.groups.push_back(group);
  Workload workload;
  workload.name = "pgbench";
  workload.kind = WorkloadKind::pgbench;
  workload.rate = Rate{100};
  workload.max_in_flight = 1000;
  workload.reconnect.initial = std::chrono::milliseconds(5);
  workload.reconnect.max = std::chrono::milliseconds(40);
  workload.reconnect.per_second = 1000;
  workload.pgbench.clients = 2;
  workload.pgbench.scripts = {{"select-only", 1, std::nullopt}};
  scenario.workloads.push_back(workload);
  return scenario;
}

/// The same with clients of a closed loop.
inline Scenario closed_scenario(const std::string& dsn, std::uint32_t clients) {
  Scenario scenario = postgres_scenario(dsn);
  scenario.workloads[0].clients = scenario.workloads[0].pgbench.clients = clients;
  scenario.workloads[0].rate = Rate{};
  return scenario;
}

inline pgbench::PostgresOptions script_options(const std::string& text) {
  pgbench::PostgresOptions options;
  options.scripts.push_back(pgbench::parse_script(text, "test.sql"));
  return options;
}

class PostgresRig {
 public:
  explicit PostgresRig(Scenario its, pgbench::PostgresOptions options = {},
                       Resolver::LookUp look_up = Resolver::system_look_up)
      : scenario(std::move(its)),
        resolver([this] { readiness.wake(); }, std::move(look_up)),
        scorer(scenario, 0),
        driver({scenario, 0, 0, 42, Share{}, variables, secrets, readiness, resolver, scorer},
               std::move(options)) {
    scorer.start(Clock::now());
  }

  /// Opens the connections and waits until they are settled.
  Driver::Standing open_ahead() {
    driver.open_ahead(Clock::now());
    run_until([&] { return driver.standing().settled; });
    return driver.standing();
  }
  /// A ticket that falls due now, of a client when it is a closed loop.
  void perform(std::uint32_t client = 0) {
    Ticket ticket;
    ticket.sequence = sequence_++;
    ticket.intended = scorer.offset(Clock::now());
    ticket.client = client;
    const std::uint16_t operation = driver.operation_of(ticket);
    scorer.due(ticket, operation);
    driver.perform(ticket, operation, Clock::now());
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
    const auto freed = std::exchange(scorer.freed(), {});
    if (!reissue) return;
    for (const Scorer::Freed& one : freed) perform(one.ticket.client);
  }
  /// A test that takes half a minute has failed.
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
  void run_for(Duration length) {
    const Instant end = Clock::now() + length;
    while (Clock::now() < end) pass();
  }
  /// Tickets at `per_second` for `length`.
  void load(double per_second, Duration length) {
    const Instant begun = Clock::now();
    for (int i = 0;; ++i) {
      const Instant due = begun + from_seconds(i / per_second);
      if (due >= begun + length) return;
      while (Clock::now() < due) pass();
      perform();
    }
  }

  /// All that was scored so far. Conservation is checked on the way: `planned = ended + open`.
  const Tally& tally() {
    const Part part = scorer.take_part(Clock::now(), false);
    REQUIRE(imbalance(part, recording) == "");
    recording += part;
    samples.insert(samples.end(), part.samples.begin(), part.samples.end());
    whole = {};
    for (const auto& [key, slice] : recording.slices) whole += slice;
    REQUIRE(whole.tally.open() == static_cast<std::int64_t>(driver.open()));
    return whole.tally;
  }
  std::uint64_t count(Outcome outcome) { return tally().ended[static_cast<std::size_t>(outcome)]; }
  std::string first_sample() { return samples.empty() ? "" : samples.front().excerpt; }
  Scenario scenario;
  Variables variables;
  std::vector<std::string> secrets;
  Readiness readiness;
  Resolver resolver;
  Scorer scorer;
  pgbench::PostgresDriver driver;
  Recording recording;
  std::vector<ErrorSample> samples;
  Slice whole;           // of the last tally()
  bool reissue = false;  // a client of a closed loop gets its next ticket at once

 private:
  std::uint64_t sequence_ = 0;
};

}  // namespace loadgen::test
