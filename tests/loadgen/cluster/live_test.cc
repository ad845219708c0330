#include "loadgen/cluster/live.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

/// One worker's part, made at `made_at`.
Part part_at(RunOffset made_at, std::uint32_t worker = 0) {
  Part part;
  part.worker = worker;
  part.made_at = made_at;
  return part;
}

/// `scheduled` tickets due in a second of group 0, workload 0, of which some ended.
void add(Part& part, RunSecond second, std::uint64_t scheduled,
         std::initializer_list<std::pair<Outcome, std::uint64_t>> ended,
         std::uint16_t operation = 0) {
  Slice& slice = part.slices[{0, 0, operation, second}];
  slice.tally.scheduled += scheduled;
  Histogram response{slice[Measure::response_ok]};
  for (const auto& [outcome, count] : ended) {
    slice.tally.ended[static_cast<std::size_t>(outcome)] += count;
    if (outcome == Outcome::ok) response.record_us(1000 * (second + 1), count);
  }
  slice[Measure::response_ok] = response.sparse();
}

TEST_CASE("a window is the sum of its seconds, over operations and parts") {
  LiveView live;
  Part first = part_at(1s);
  add(first, 0, 10, {{Outcome::ok, 4}, {Outcome::reset, 1}});
  add(first, 0, 5, {{Outcome::not_sent_cap, 2}}, 1);
  first.slices[{0, 0, 0, 0}].tally.in_flight = 8;
  live.add(first);
  Part second = part_at(2s);
  add(second, 0, 0, {{Outcome::timed_out, 3}, {Outcome::in_doubt, 1}, {Outcome::http_5xx, 1}});
  add(second, 1, 20, {{Outcome::ok, 10}, {Outcome::blind_late, 5}, {Outcome::unfinished, 1}});
  second.slices[{0, 0, 0, 1}].tally.in_flight = 7;
  live.add(second);

  const LiveView::Window both = live.window({0, 0}, 0, 2);
  CHECK(both.seconds == 2);
  CHECK(both.sum.scheduled == 35);
  CHECK(both.sum.blind == 5);
  CHECK(both.sum.planned() == 30);
  CHECK(both.sum.ok == 14);
  CHECK(both.sum.failed == 2);
  CHECK(both.sum.timed_out == 4);
  CHECK(both.sum.not_sent == 2);
  CHECK(both.sum.unfinished == 1);
  CHECK(both.bad() == 9);
  CHECK(both.sum.in_flight == 7);  // the latest
  CHECK(both.response_ok.total() == 14);
  CHECK(both.response_ok.max_us() == 2000);
  CHECK(live.open() == 35 - 28);

  const LiveView::Window one = live.window({0, 0}, 1, 2);
  CHECK(one.sum.scheduled == 20);
  CHECK(one.response_ok.min_us() == 2000);
  const auto& seconds = live.seconds({0, 0});
  REQUIRE(seconds.size() == 2);
  CHECK(seconds.at(0).failed_by[static_cast<std::size_t>(Outcome::reset)] == 1);
  CHECK(seconds.at(0).failed_by[static_cast<std::size_t>(Outcome::http_5xx)] == 1);
}

TEST_CASE("where nothing was reported there is nothing") {
  const LiveView live;
  CHECK(live.newest() == -1);
  CHECK(live.open() == 0);
  CHECK(live.seconds({3, 4}).empty());
  const LiveView::Window window = live.window({3, 4}, 0, 10);
  CHECK(window.seconds == 10);
  CHECK(window.sum.scheduled == 0);
  CHECK(window.response_ok.empty());
  CHECK(live.window({0, 0}, 5, 3).seconds == 0);
}

TEST_CASE("a second is complete when every worker heard of has reported it") {
  LiveView live;
  live.add(part_at(1001ms, 0));
  CHECK(live.newest() == 0);
  live.add(part_at(1002ms, 1));
  live.add(part_at(2001ms, 0));
  CHECK(live.newest() == 0);
  live.add(part_at(2003ms, 1));
  CHECK(live.newest() == 1);
  Part last = part_at(2500ms, 1);
  last.last = true;
  live.add(last);  // that worker has nothing more to say
  CHECK(live.newest() == 1);
  live.add(part_at(3001ms, 0));
  CHECK(live.newest() == 2);
}

TEST_CASE("who is heard: all that told something, until they are forgotten") {
  LiveView live;
  CHECK(live.heard() == 0);
  Part part;
  for (const std::uint32_t worker : {0U, 1U, 1U}) {
    part.worker = worker;
    live.add(part);
  }
  CHECK(live.heard() == 2);
  live.forget(0);
  CHECK(live.heard() == 1);
}

TEST_CASE("once all have finished, the newest second is the last one that had tickets") {
  LiveView live;
  Part part = part_at(1001ms);
  add(part, 0, 3, {{Outcome::ok, 1}});
  live.add(part);
  Part last = part_at(3100ms);  // after a drain of two seconds
  last.last = true;
  add(last, 0, 0, {{Outcome::unfinished, 2}});
  last.slices[{0, 0, 0, 2}].tally.connects_attempted = 1;
  live.add(last);
  CHECK(live.newest() == 0);
}

TEST_CASE("counts are kept for ever, histograms of the last seconds only") {
  LiveView live;
  for (RunSecond second = 0; second < 40; ++second) {
    Part part = part_at(std::chrono::seconds(second + 1));
    add(part, second, 1, {{Outcome::ok, 1}});
    live.add(part);
  }
  const LiveView::Window all = live.window({0, 0}, 0, 40);
  CHECK(all.sum.ok == 40);
  CHECK(all.response_ok.total() == LiveView::kKeep + 1);
  // An answer that comes late is counted, and keeps no histogram.
  Part late = part_at(41s);
  add(late, 0, 1, {{Outcome::ok, 1}});
  live.add(late);
  CHECK(live.window({0, 0}, 0, 1).sum.ok == 2);
  CHECK(live.window({0, 0}, 0, 1).response_ok.empty());
}

}  // namespace
}  // namespace loadgen
