#include "loadgen/drive/scorer.h"

#include <doctest/doctest.h>

#include <random>

#include "driver_rig.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{1000s};

/// Two groups, an open-loop workload with two operations and a closed-loop one.
Scenario scenario() {
  Scenario result = test::http_scenario("http://a");
  result.groups.push_back(result.groups[0]);
  result.groups[1].name = "other";
  result.workloads[0].http.requests.push_back(result.workloads[0].http.requests[0]);
  Workload closed = result.workloads[0];
  closed.http.requests.pop_back();
  closed.clients = 3;
  result.workloads.push_back(closed);
  return result;
}

struct Scored {
  Scored() { scorer.start(kStart); }
  Scenario its_scenario = scenario();
  Scorer scorer{its_scenario, 7};

  /// A ticket due at `intended`, taken up after 1 ms, sent after 2, first byte after 5, over
  /// after 10.
  static Ending ending(Outcome outcome, RunOffset intended, bool sent = true) {
    Ending ending;
    ending.ticket.intended = intended;
    ending.outcome = outcome;
    ending.times.intended = kStart + intended;
    ending.times.taken_up = ending.times.intended + 1ms;
    if (sent) {
      ending.times.sent = ending.times.intended + 2ms;
      ending.times.first_byte = ending.times.intended + 5ms;
    }
    ending.times.done = ending.times.intended + 10ms;
    return ending;
  }
  void score(const Ending& ending) {
    scorer.due(ending.ticket, ending.operation);
    scorer.end(ending);
  }
  Slice only_slice() {
    const Part part = scorer.take_part(kStart + 5s, false);
    REQUIRE(part.slices.size() == 1);
    CHECK(part.worker == 7);
    return part.slices.begin()->second;
  }
};

std::uint64_t total(const Slice& slice, Measure measure) { return slice[measure].total; }

TEST_CASE("what each outcome leaves in the measures") {
  struct Row {
    Outcome outcome;
    bool sent, answered;
    // how many values in each measure
    std::uint64_t response_ok, service, wait, send_lag, first_byte, whole, unfinished_age;
  };
  for (const Row& row : {
           Row{Outcome::ok, true, true, 1, 1, 1, 1, 1, 1, 0},
           Row{Outcome::http_5xx, true, true, 0, 1, 1, 1, 1, 0, 0},
           Row{Outcome::body, true, true, 0, 1, 1, 1, 1, 0, 0},
           Row{Outcome::reset, true, false, 0, 0, 1, 1, 1, 0, 0},
           Row{Outcome::connect_refused, false, false, 0, 0, 0, 1, 0, 0, 0},
           Row{Outcome::timed_out, true, false, 0, 0, 1, 1, 1, 0, 1},
           Row{Outcome::unfinished, true, false, 0, 0, 1, 1, 1, 0, 1},
           Row{Outcome::unfinished, false, false, 0, 0, 0, 1, 0, 0, 1},
           Row{Outcome::not_sent_cap, false, false, 0, 0, 0, 1, 0, 0, 0},
           Row{Outcome::not_sent_no_connection, false, false, 0, 0, 0, 1, 0, 0, 0},
           Row{Outcome::blind_late, false, false, 0, 0, 0, 1, 0, 0, 0},
           Row{Outcome::blind_stalled, true, false, 0, 0, 0, 0, 0, 0, 0},
           Row{Outcome::blind_aborted, true, false, 0, 0, 0, 0, 0, 0, 0},
       }) {
    CAPTURE(std::string(name_of(row.outcome)));
    CAPTURE(row.sent);
    Scored scored;
    Ending ending = Scored::ending(row.outcome, 3s, row.sent);
    ending.answered = row.answered;
    scored.score(ending);
    const Slice slice = scored.only_slice();
    CHECK(slice.tally.scheduled == 1);
    CHECK(slice.tally.ended[static_cast<std::size_t>(row.outcome)] == 1);
    CHECK(slice.tally.ended_total() == 1);
    CHECK(total(slice, Measure::response_ok) == row.response_ok);
    CHECK(total(slice, Measure::service) == row.service);
    CHECK(total(slice, Measure::wait) == row.wait);
    CHECK(total(slice, Measure::send_lag) == row.send_lag);
    CHECK(total(slice, Measure::first_byte) == row.first_byte);
    CHECK(total(slice, Measure::whole) == row.whole);
    CHECK(total(slice, Measure::unfinished_age) == row.unfinished_age);
    const bool ok = kind_of(row.outcome) == OutcomeKind::ok;
    const bool blind = kind_of(row.outcome) == OutcomeKind::blind;
    CHECK(slice.tally.first_ok == (ok ? RunOffset(3s) : Tally::kNever));
    CHECK(slice.tally.last_not_ok == (ok || blind ? Tally::kNever : RunOffset(3s)));
  }
}

TEST_CASE("each measure is the difference that it says") {
  Scored scored;
  Ending ending = Scored::ending(Outcome::ok, 3s);
  ending.answered = true;
  scored.score(ending);
  const Slice slice = scored.only_slice();
  CHECK(slice[Measure::response_ok].max_us == 10'000);
  CHECK(slice[Measure::service].max_us == 8'000);
  CHECK(slice[Measure::whole].max_us == 8'000);
  CHECK(slice[Measure::wait].max_us == 1'000);
  CHECK(slice[Measure::send_lag].max_us == 1'000);
  CHECK(slice[Measure::first_byte].max_us == 3'000);
}

TEST_CASE("every ticket is in the slice of the second in which it was due") {
  Scored scored;
  scored.score(Scored::ending(Outcome::ok, 3s - 1ns));
  scored.score(Scored::ending(Outcome::ok, 3s));
  const Part part = scored.scorer.take_part(kStart + 9s, false);
  REQUIRE(part.slices.size() == 2);
  CHECK(part.slices.contains({0, 0, 0, 2}));
  CHECK(part.slices.contains({0, 0, 0, 3}));
}

TEST_CASE("conservation over many parts: each part ends no more than was due so far") {
  Scored scored;
  std::mt19937_64 random(20260820);
  std::vector<Ending> open;
  Recording recording;
  std::uint64_t due = 0;
  for (int second = 0; second < 20; ++second) {
    for (int i = 0; i < 50; ++i) {
      Ending ending = Scored::ending(static_cast<Outcome>(random() % kOutcomes),
                                     std::chrono::seconds(second) + Duration(random() % 1000));
      ending.ticket.group = static_cast<std::uint16_t>(random() % 2);
      ending.ticket.workload = static_cast<std::uint16_t>(random() % 2);
      ending.operation = static_cast<std::uint16_t>(ending.ticket.workload == 0 ? random() % 2 : 0);
      scored.scorer.due(ending.ticket, ending.operation);
      open.push_back(ending);
      ++due;
    }
    for (std::size_t n = random() % 60; n > 0 && !open.empty(); --n) {
      std::swap(open[random() % open.size()], open.back());
      scored.scorer.end(open.back());
      open.pop_back();
    }
    const Part part = scored.scorer.take_part(kStart + std::chrono::seconds(second + 1), false);
    REQUIRE(imbalance(part, recording) == "");
    recording += part;
    CHECK(recording.open() == static_cast<std::int64_t>(open.size()));
  }
  for (const Ending& ending : open) scored.scorer.end(ending);
  const Part last = scored.scorer.take_part(kStart + 21s, true);
  CHECK(last.last);
  recording += last;
  CHECK(recording.open() == 0);
  std::uint64_t scheduled = 0;
  for (const auto& [key, slice] : recording.slices) scheduled += slice.tally.scheduled;
  CHECK(scheduled == due);
}

TEST_CASE("clients of a closed loop are free again, tickets of an open loop are nobody's") {
  Scored scored;
  scored.score(Scored::ending(Outcome::ok, 1s));
  CHECK(scored.scorer.freed().empty());
  for (const Outcome outcome : {Outcome::ok, Outcome::connect_refused, Outcome::blind_late}) {
    Ending ending = Scored::ending(outcome, 1s);
    ending.ticket.workload = 1;
    ending.ticket.client = 2;
    scored.score(ending);
  }
  REQUIRE(scored.scorer.freed().size() == 3);
  CHECK(scored.scorer.freed()[0].ticket.client == 2);
  CHECK(scored.scorer.freed()[0].done == kStart + 1s + 10ms);
}

TEST_CASE("the first send is the earliest, in whatever order they end") {
  Scored scored;
  CHECK(scored.scorer.first_send() == Tally::kNever);
  scored.score(Scored::ending(Outcome::connect_refused, 1s, false));
  CHECK(scored.scorer.first_send() == Tally::kNever);
  scored.score(Scored::ending(Outcome::ok, 2s));
  CHECK(scored.scorer.first_send() == RunOffset(2s + 2ms));
  scored.score(Scored::ending(Outcome::timed_out, 1s));
  CHECK(scored.scorer.first_send() == RunOffset(1s + 2ms));
  scored.score(Scored::ending(Outcome::ok, 3s));
  CHECK(scored.scorer.first_send() == RunOffset(1s + 2ms));
}

TEST_CASE("connections count for the wall second, and for second 0 before the start") {
  Scenario its_scenario = scenario();
  Scorer scorer(its_scenario, 0);
  scorer.connect_attempted(1, 0, kStart - 3s);
  scorer.connect_failed(1, 0, Outcome::connect_refused, kStart - 3s);
  scorer.start(kStart);
  scorer.connect_attempted(1, 0, kStart - 1ms);
  scorer.connect_ok(1, 0, kStart + 2500ms);
  scorer.stage(1, 0, Measure::tls, 7ms, kStart + 2500ms);
  scorer.in_flight(1, 0, kStart + 3001ms, 5);
  const Part part = scorer.take_part(kStart + 4s, true);
  const Tally& before = part.slices.at({1, 0, 0, 0}).tally;
  CHECK(before.connects_attempted == 2);
  CHECK(before.connects_failed[static_cast<std::size_t>(Outcome::connect_refused)] == 1);
  const Slice& second = part.slices.at({1, 0, 0, 2});
  CHECK(second.tally.connects_ok == 1);
  CHECK(second[Measure::tls].max_us == 7'000);
  CHECK(second.tally.in_flight == 5);  // reported just after the second that it is of
}

TEST_CASE("who answered is counted by name, failures apart, and a flood of names is bounded") {
  Scored scored;
  const std::string a = "zone-a", none;
  Ending ending = Scored::ending(Outcome::ok, 1s);
  ending.answered = true;
  ending.served_by = &a;
  scored.score(ending);
  ending.outcome = Outcome::http_5xx;
  scored.score(ending);
  ending.served_by = &none;
  scored.score(ending);
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "request-" + std::to_string(i) + std::string(500, 'x');
    ending.served_by = &name;
    scored.score(ending);
  }
  const Tally tally = scored.only_slice().tally;
  CHECK(tally.served_by.at("zone-a") == Served{2, 1});
  CHECK(tally.served_by.size() == 65);
  CHECK(tally.served_by.at(std::string(Scorer::kOtherNames)) == Served{937, 0});
  for (const auto& [name, served] : tally.served_by) CHECK(name.size() <= 128);
}

TEST_CASE("samples carry their ticket's slice and instant, five of a kind") {
  Scored scored;
  Ticket ticket;
  ticket.group = 1;
  ticket.intended = 2500ms;
  for (int i = 0; i < 7; ++i) {
    CHECK(scored.scorer.wants_sample(ticket, 1, Outcome::reset) == (i < 5));
    ErrorSample sample;
    sample.outcome = Outcome::reset;
    scored.scorer.add_sample(ticket, 1, sample);
  }
  CHECK(scored.scorer.wants_sample(ticket, 1, Outcome::closed));
  const Part part = scored.scorer.take_part(kStart + 3s, true);
  REQUIRE(part.samples.size() == 5);
  CHECK(part.samples[0].key == SliceKey{1, 0, 1, 2});
  CHECK(part.samples[0].at == RunOffset(2500ms));
}

TEST_CASE("tickets and attempts of probes are told one by one, those of others are not") {
  Scenario probed = scenario();
  probed.workloads[1].clients = 0;
  probed.workloads[1].probe = Probe::write;
  Scorer scorer{probed, 7};
  ProbeAttempt attempt;
  attempt.workload = 1;
  attempt.session = 3;
  scorer.probe_attempted(attempt);  // before the run: of no interest
  scorer.start(kStart);
  scorer.probe_attempted(attempt);
  CHECK(scorer.is_probe(1));
  CHECK_FALSE(scorer.is_probe(0));
  for (const std::uint16_t workload : {0, 1}) {
    for (const Outcome outcome : {Outcome::read_only, Outcome::blind_late}) {
      Ending ending = Scored::ending(outcome, 2s);
      ending.ticket.group = 1;
      ending.ticket.workload = workload;
      ending.session = 3;
      scorer.due(ending.ticket, 0);
      scorer.end(ending);
    }
  }
  const Part part = scorer.take_part(kStart + 5s, true);
  CHECK(part.probe_answers ==
        std::vector<ProbeAnswer>{{7, 1, 1, 2s, 2010ms, Outcome::read_only, 3}});
  attempt.worker = 7;
  CHECK(part.probe_attempts == std::vector<ProbeAttempt>{attempt});
  CHECK(scorer.take_part(kStart + 6s, true).probe_answers.empty());
}

}  // namespace
}  // namespace loadgen
