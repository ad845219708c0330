#include "loadgen/cluster/running_totals.h"

#include <doctest/doctest.h>

#include "loadgen/plan/scenario.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

Scenario two_workloads() {
  ScenarioSource source;
  source.text = R"(schema = 1
[phases]
before = "60s"
[groups.target]
base_url = "http://127.0.0.1:1"
[[workloads]]
name = "open"
kind = "http"
rate = 10
[[workloads]]
name = "closed"
kind = "http"
rate = 0
clients = 3
)";
  return parse_scenario(source);
}

/// A part in which `scheduled` tickets of a second fell due, and some ended.
Part part_of(std::uint32_t worker, std::uint16_t workload, RunSecond second,
             std::uint64_t scheduled,
             std::initializer_list<std::pair<Outcome, std::uint64_t>> ended) {
  Part part;
  part.worker = worker;
  Slice& slice = part.slices[{0, workload, 0, second}];
  slice.tally.scheduled = scheduled;
  for (const auto& [outcome, count] : ended)
    slice.tally.ended[static_cast<std::size_t>(outcome)] = count;
  return part;
}

TEST_CASE("a value counts within the first bound that is not below it") {
  struct Row {
    const char* why;
    std::int64_t us;
    std::size_t bucket;  // 18: above the last
  };
  for (const Row& row : {
           Row{"nothing", 0, 0},
           Row{"the first bound", 100, 0},
           Row{"just above it", 101, 1},
           Row{"a bound beyond the histogram's single microseconds, to its resolution", 2'501, 4},
           Row{"beyond its resolution", 2'502, 5},
           Row{"the last bound", 60'000'000, 17},
           Row{"an hour", 3'600'000'000, 18},
       }) {
    CAPTURE(row.why);
    Histogram histogram;
    histogram.record_us(row.us, 7);
    WideBuckets buckets;
    buckets.add(histogram.sparse());
    for (std::size_t i = 0; i < buckets.counts.size(); ++i) {
      CAPTURE(i);
      CHECK(buckets.counts[i] == (i == row.bucket ? 7U : 0U));
    }
    CHECK(buckets.total == 7);
    CHECK(buckets.sum_us == 7 * static_cast<std::uint64_t>(row.us));
  }
}

TEST_CASE("parts add up, by group and workload, whoever sends them") {
  RunningTotals totals;
  totals.add(part_of(0, 0, 0, 10, {{Outcome::ok, 4}}));  // before it was told what there is
  totals.describe(two_workloads());
  totals.add(part_of(1, 0, 0, 10, {{Outcome::ok, 9}, {Outcome::http_5xx, 1}}));
  totals.add(part_of(1, 1, 0, 3, {{Outcome::ok, 2}}));
  const RunningTotals::State state = totals.state();
  REQUIRE(state.rows.size() == 2);
  CHECK(state.rows[0].group == "target");
  CHECK(state.rows[0].workload == "open");
  CHECK(state.rows[0].scheduled == 20);
  CHECK(state.rows[0].ended[static_cast<std::size_t>(Outcome::ok)] == 13);
  CHECK(state.rows[0].ended[static_cast<std::size_t>(Outcome::http_5xx)] == 1);
  CHECK(state.rows[1].scheduled == 3);
  CHECK(state.rows[1].closed_loop);
  CHECK_FALSE(state.rows[0].closed_loop);
}

TEST_CASE("what is in flight is what each worker said last") {
  RunningTotals totals;
  totals.describe(two_workloads());
  const auto say = [&](std::uint32_t worker, std::uint64_t open, bool last = false) {
    Part part = part_of(worker, 0, 0, 0, {});
    part.slices.begin()->second.tally.in_flight = open;
    part.last = last;
    totals.add(part);
  };
  const auto in_flight = [&] { return totals.state().rows[0].in_flight; };
  const auto mark = [&](const char* kind, const char* name) {
    Mark told;
    told.kind = kind;
    told.name = name;
    totals.add(told);
  };
  say(0, 5);
  say(1, 7);
  CHECK(in_flight() == 12);
  say(0, 2);
  CHECK(in_flight() == 9);
  Part empty;
  totals.add(empty);  // worker 0 has nothing to tell
  CHECK(in_flight() == 7);
  say(11, 3);
  mark("worker_lost", "1");
  CHECK(in_flight() == 3);
  say(11, 8, true);
  CHECK(in_flight() == 0);
}

TEST_CASE("what was achieved is of the last ten seconds that were heard of") {
  RunningTotals totals;
  totals.describe(two_workloads());
  const auto achieved = [&] { return totals.state().rows[0].achieved; };
  CHECK_FALSE(achieved());
  totals.add(part_of(0, 0, 0, 10, {{Outcome::not_sent_cap, 10}}));
  CHECK(*achieved() == 0);
  totals.add(part_of(0, 0, 9, 10, {{Outcome::ok, 10}}));
  CHECK(*achieved() == 0.5);
  totals.add(part_of(0, 0, 10, 10, {{Outcome::blind_late, 5}}));
  CHECK(*achieved() == 0.75);
  totals.add(part_of(0, 0, 0, 0, {{Outcome::not_sent_late_limit, 1}}));  // too long ago
  CHECK(*achieved() == 0.75);
  totals.add(part_of(0, 1, 10, 10, {{Outcome::ok, 10}}));
  CHECK_FALSE(totals.state().rows[1].achieved);  // closed loop: nothing was offered
}

TEST_CASE("the phase is the one that was marked last, and none after the end") {
  RunningTotals totals;
  const auto enter = [&](const char* phase) {
    Mark mark;
    mark.kind = "phase";
    mark.name = phase;
    totals.add(mark);
    return totals.state().phase;
  };
  CHECK(totals.state().phase == "");
  CHECK(enter("before") == "before");
  CHECK(enter("during") == "during");
  CHECK(enter("end") == "");
}

}  // namespace
}  // namespace loadgen
