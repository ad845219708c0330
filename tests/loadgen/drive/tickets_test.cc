#include "loadgen/drive/tickets.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "driver_rig.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

/// Two groups; one open-loop workload at 100/s until a test changes it.
Scenario two_groups() {
  Scenario scenario = test::http_scenario("http://a");
  scenario.groups.push_back(scenario.groups[0]);
  scenario.groups[1].name = "experimental";
  return scenario;
}

Scenario closed_loop(std::uint32_t clients, Duration think = Duration{0}) {
  Scenario scenario = two_groups();
  scenario.workloads[0].clients = clients;
  scenario.workloads[0].rate = Rate{0};
  scenario.workloads[0].think = think;
  return scenario;
}

/// Every ticket due before `end`, in the order of `take`.
std::vector<Ticket> all_before(Tickets& tickets, RunOffset end) {
  std::vector<Ticket> all;
  while (tickets.next() < end) {
    const RunOffset due = tickets.next();
    for (const Ticket& ticket : tickets.take()) {
      CHECK(ticket.intended == due);
      all.push_back(ticket);
    }
  }
  return all;
}

std::vector<Ticket> all_before(const Scenario& scenario, Share share, RunOffset end) {
  Tickets tickets(scenario, 42, share, 0);
  return all_before(tickets, end);
}

LoadWindow window(RunOffset from, RunOffset to, double multiply = 3) {
  return {"spike", 1, 0, multiply, from, to};
}

using Key = std::tuple<std::uint16_t, std::uint16_t, std::uint64_t, RunOffset>;
Key key_of(const Ticket& t) { return {t.group, t.workload, t.sequence, t.intended}; }

TEST_CASE("both groups get the same arrivals, and take turns in being first") {
  Scenario scenario = two_groups();
  for (const Arrival arrival : {Arrival::constant, Arrival::poisson}) {
    scenario.workloads[0].arrival = arrival;
    const std::vector<Ticket> all = all_before(scenario, {}, 2s);
    REQUIRE(all.size() % 2 == 0);
    if (arrival == Arrival::constant) CHECK(all.size() == 400);
    for (std::size_t i = 0; i < all.size(); i += 2) {
      CHECK(all[i].sequence == i / 2);
      CHECK(all[i].sequence == all[i + 1].sequence);
      CHECK(all[i].intended == all[i + 1].intended);
      CHECK(all[i].group == (i / 2) % 2);
      CHECK(all[i + 1].group == 1 - all[i].group);
    }
  }
}

/// Base (group 0) and head (group 1) in six rounds of two turns of 5 s, after 4 s of warm-up.
Scenario in_turns(Scenario scenario) {
  scenario.groups[0].role = Role::control;
  scenario.groups[1].role = Role::experimental;
  scenario.experiment.rounds = 6;
  scenario.phases = {.warmup = 4s, .before = 60s};
  return scenario;
}

TEST_CASE("in benchmark mode each group gets the arrivals of its turns, the plan stays one") {
  const Scenario scenario = in_turns(two_groups());
  const std::vector<Ticket> all = all_before(scenario, {}, 64s);
  CHECK(all.size() == 6400);
  const Rounds rounds(scenario);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].sequence == i);
    CHECK(rounds.has(all[i].group, all[i].intended));
  }
  std::set<Key> together;
  for (const std::uint32_t share : {0U, 1U, 2U}) {
    for (const Ticket& ticket : all_before(scenario, {share, 3}, 64s)) {
      together.insert(key_of(ticket));
    }
  }
  CHECK(together.size() == all.size());
}

TEST_CASE("in benchmark mode clients wait for their turn") {
  const Scenario scenario = in_turns(closed_loop(3));
  Tickets tickets(scenario, 42, {}, 0);
  const Rounds rounds(scenario);
  std::map<std::uint16_t, int> taken;
  // Each answer takes 700 ms, also across the end of a turn.
  std::vector<Ticket> open;
  while (tickets.next() < 64s) {
    const RunOffset now = tickets.next();
    for (const Ticket& ticket : tickets.take()) {
      CHECK(rounds.has(ticket.group, ticket.intended));
      ++taken[ticket.group];
      open.push_back(ticket);
    }
    if (tickets.next() <= now) continue;
    for (const Ticket& ticket : open) tickets.freed(ticket, ticket.intended + 700ms);
    open.clear();
  }
  // 2 s of warm-up and 6 turns of 5 s each: 3 clients, a ticket per 700 ms from each begin on.
  CHECK(taken[0] == 3 * (3 + 2 * 8 + 2 * 15));
  CHECK(taken[0] > 100);
  CHECK(taken[1] > 100);
}

TEST_CASE("in benchmark mode the clients of a worker that comes late wait for their turn, too") {
  const Scenario scenario = in_turns(closed_loop(2));
  Tickets tickets(scenario, 42, {}, 0);
  tickets.leave_out_before(5s);  // the first turn is from 4 s to 9 s
  const Rounds rounds(scenario);
  std::map<std::uint16_t, RunOffset> begun;
  while (tickets.next() < 20s) {
    for (const Ticket& ticket : tickets.take()) {
      CHECK(rounds.has(ticket.group, ticket.intended));
      begun.emplace(ticket.group, ticket.intended);
    }
  }
  CHECK(begun[0] == 5s);
  CHECK(begun[1] == 9s);
}

TEST_CASE("clients of a closed loop end: after their last transaction, or when told so") {
  Scenario scenario = closed_loop(2);
  scenario.workloads[0].pgbench.transactions_per_client = 3;
  Tickets tickets(scenario, 42, {}, 0);
  std::map<std::pair<std::uint16_t, std::uint32_t>, int> had;
  while (tickets.next() != RunOffset::max()) {
    CHECK_FALSE(tickets.exhausted());
    const std::vector<Ticket> taken = tickets.take();
    for (const Ticket& ticket : taken) {
      ++had[{ticket.group, ticket.client}];
      tickets.freed(ticket, ticket.intended + 1ms);
    }
  }
  CHECK(tickets.exhausted());
  CHECK(had.size() == 4);
  for (const auto& [client, count] : had) CHECK(count == 3);

  Tickets left(closed_loop(1), 42, {}, 0);
  for (int client = 0; client < 2; ++client) {
    CHECK_FALSE(left.exhausted());
    left.take();
    left.client_ended();
  }
  CHECK(left.exhausted());
  CHECK(left.next() == RunOffset::max());
  // An open loop ends with its clients only when an error ends those.
  Scenario open = two_groups();
  for (const bool may_end : {false, true}) {
    Workload& workload = open.workloads[0];
    workload.kind = WorkloadKind::pgbench;
    workload.pgbench.clients = 1;
    workload.pgbench.on_error = may_end ? OnError::end_client : OnError::next;
    open.workloads.resize(1);
    Tickets ends(open, 42, {}, 0);
    ends.client_ended();
    CHECK_FALSE(ends.exhausted());
    ends.client_ended();
    CHECK(ends.exhausted() == may_end);
  }
  // A share without any client is not one whose clients have ended.
  CHECK_FALSE(Tickets(closed_loop(1), 42, {1, 2}, 0).exhausted());
}

TEST_CASE("workloads are merged by their instants") {
  Scenario scenario = two_groups();
  for (const double rate : {7.0, 333.0}) {
    Workload more = scenario.workloads[0];
    more.rate = Rate{rate};
    more.arrival = Arrival::poisson;
    scenario.workloads.push_back(more);
  }
  const std::vector<Ticket> all = all_before(scenario, {}, 3s);
  CHECK(std::is_sorted(all.begin(), all.end(),
                       [](const Ticket& a, const Ticket& b) { return a.intended < b.intended; }));
  std::map<std::uint16_t, int> by_workload;
  for (const Ticket& ticket : all) ++by_workload[ticket.workload];
  CHECK(by_workload[0] == 600);
  CHECK(by_workload[1] > 10);
  CHECK(by_workload[2] > 1700);
}

TEST_CASE("the shares of n workers are together the plan of one") {
  Scenario scenario = two_groups();
  Workload poisson = scenario.workloads[0];
  poisson.arrival = Arrival::poisson;
  poisson.rate = 77_rps;
  scenario.workloads.push_back(poisson);
  const auto keys_of = [&](Share share) {
    std::multiset<Key> keys;
    Tickets tickets(scenario, 42, share, 0);
    tickets.windows({window(1s, 2s)});
    for (const Ticket& ticket : all_before(tickets, 3s)) keys.insert(key_of(ticket));
    return keys;
  };
  const std::multiset<Key> whole = keys_of({0, 1});
  for (const std::uint32_t n : {2U, 3U, 7U}) {
    CAPTURE(n);
    std::multiset<Key> together;
    for (std::uint32_t k = 0; k < n; ++k) together.merge(keys_of({k, n}));
    CHECK(together == whole);
  }
}

TEST_CASE("a load window adds its surplus to one group, in its time only") {
  const Scenario scenario = two_groups();
  Tickets tickets(scenario, 42, {}, 0);
  tickets.windows({window(1s, 2s, 3)});
  std::map<std::pair<std::uint16_t, RunSecond>, int> counts;
  std::set<std::pair<std::uint16_t, std::uint64_t>> sequences;
  for (const Ticket& ticket : all_before(tickets, 4s)) {
    ++counts[{ticket.group, run_second(ticket.intended)}];
    CHECK(sequences.insert({ticket.group, ticket.sequence}).second);
  }
  for (const RunSecond second : {0, 1, 2, 3}) {
    CHECK(counts[{0, second}] == 100);
    CHECK(counts[{1, second}] == (second == 1 ? 300 : 100));
  }
}

TEST_CASE("the end of a window moves both ways, even after it was reached") {
  const Scenario scenario = two_groups();
  Tickets tickets(scenario, 42, {}, 0);
  const auto extra = [&](RunOffset to) {
    int count = 0;
    for (const Ticket& ticket : all_before(tickets, to)) count += ticket.sequence >= 1U << 30;
    return count;
  };
  tickets.windows({window(1s, 5s, 2)});
  CHECK(extra(1500ms) == 50);
  tickets.windows({window(1s, 2s, 2)});
  CHECK(extra(3s) == 50);
  tickets.windows({window(1s, 4s, 2)});
  CHECK(extra(6s) == 100 + 100);  // those of [2 s, 3 s) are late now; the engine calls them blind
}

TEST_CASE("a window on stages multiplies what the plan is at that time") {
  Scenario scenario = two_groups();
  scenario.workloads[0].stages = {{Rate{0}, 0s, 0s}, {Rate{100}, 10s, 0s}};
  Tickets tickets(scenario, 42, {}, 0);
  tickets.windows({window(5s, 20s, 2)});
  std::map<std::uint16_t, int> counts;
  for (const Ticket& ticket : all_before(tickets, 20s)) ++counts[ticket.group];
  // 500 in the ramp, 1000 after it; from 5 s on a second time: 375 + 1000.
  CHECK(counts[0] == 1500);
  CHECK(std::abs(counts[1] - (1500 + 1375)) <= 1);
}

TEST_CASE("a closed loop: each client issues its next ticket when its last one ended") {
  const Scenario scenario = closed_loop(3, 100ms);
  Tickets tickets(scenario, 42, {}, 0);
  // The first ones are spread over the think time.
  const std::vector<Ticket> first = all_before(tickets, 100ms);
  REQUIRE(first.size() == 6);
  CHECK(first[0].intended == RunOffset(0));
  CHECK(first[5].intended == RunOffset(200ms) / 3);
  CHECK(tickets.next() == RunOffset::max());
  tickets.freed(first[4], 500ms);
  tickets.freed(first[0], 200ms);
  CHECK(tickets.next() == RunOffset(300ms));
  const Ticket again = tickets.take()[0];
  CHECK(again.group == first[0].group);
  CHECK(again.client == first[0].client);
  CHECK(again.sequence == 3);
  CHECK(tickets.next() == RunOffset(600ms));
}

TEST_CASE("clients are shared out to the last one, with sequence numbers of their own") {
  const Scenario scenario = closed_loop(5);
  std::set<std::pair<std::uint16_t, std::uint64_t>> sequences;
  for (std::uint32_t k = 0; k < 3; ++k) {
    for (const Ticket& ticket : all_before(scenario, {k, 3}, 1s)) {
      CHECK(sequences.insert({ticket.group, ticket.sequence}).second);
    }
  }
  CHECK(sequences.size() == 10);
}

TEST_CASE("the clients of a window leave at its end, also when it comes early") {
  const Scenario scenario = closed_loop(2, 1s);
  Tickets tickets(scenario, 42, {}, 0);
  tickets.windows({window(10s, 20s, 2)});
  std::vector<Ticket> of_window;
  for (const Ticket& ticket : all_before(tickets, 15s)) {
    if (ticket.intended >= 10s) of_window.push_back(ticket);
  }
  REQUIRE(of_window.size() == 2);
  for (const Ticket& ticket : of_window) CHECK(ticket.group == 1);
  tickets.freed(of_window[0], 18500ms);  // due at 19.5 s: still in the window
  CHECK(tickets.next() == RunOffset(19500ms));
  tickets.windows({window(10s, 19s, 2)});  // no longer
  CHECK(tickets.next() == RunOffset::max());
  tickets.freed(of_window[1], 18500ms);
  CHECK(tickets.next() == RunOffset::max());
}

TEST_CASE("a number of requests is kept to exactly, over groups and workers") {
  for (const std::uint64_t most : {1U, 2U, 7U, 100U}) {
    CAPTURE(most);
    std::uint64_t taken = 0;
    for (std::uint32_t k = 0; k < 3; ++k) {
      const Scenario scenario = two_groups();
      Tickets tickets(scenario, 42, {k, 3}, most);
      taken += all_before(tickets, 1h).size();
      CHECK(tickets.exhausted());
      CHECK(tickets.next() == RunOffset::max());
    }
    CHECK(taken == most);
  }
  const Scenario scenario = two_groups();
  CHECK_FALSE(Tickets(scenario, 42, {}, 0).exhausted());
}

}  // namespace
}  // namespace loadgen
