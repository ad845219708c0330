#include "loadgen/analysis/figures.h"

#include <cmath>

#include <string>

#include "recorded_run.h"

namespace loadgen {
namespace {

PhaseFigures figures(const Tickets& tickets, const FiguresOf& of) {
  RecordedRun recorded;
  recorded.seconds(0, {of.from, of.to}, tickets);
  return figures_of(pool_of(recorded.run.recording, {0, 0}, of.from, of.to), of);
}

TEST_CASE("shares and rates are those of the contract") {
  const Tickets tickets{
      .ok = 80, .refused = 4, .http_5xx = 2, .timed_out = 3, .cap = 5, .unfinished = 1, .late = 5};
  const PhaseFigures f = figures(tickets, {.from = 10, .to = 20});
  CHECK(f.from == std::chrono::seconds{10});
  CHECK(f.to == std::chrono::seconds{20});
  CHECK(f.tally.scheduled == 1000);
  CHECK(f.tally.planned() == 950);
  CHECK(*f.error_rate == doctest::Approx(15.0 / 95));
  CHECK(*f.achieved_rate == doctest::Approx(0.90));  // (950 − 50) / 1000
  CHECK(*f.offered_per_s == doctest::Approx(100));
  CHECK(f.ok_per_s == doctest::Approx(80));
  CHECK_FALSE(f.goodput);
  const Tally& t = f.tally;
  CHECK(t.planned() ==
        t.ok() + count_of(t.ended, OutcomeKind::failed) +
            count_of(t.ended, OutcomeKind::timed_out) + count_of(t.ended, OutcomeKind::in_doubt) +
            count_of(t.ended, OutcomeKind::unfinished) + count_of(t.ended, OutcomeKind::not_sent));
}

TEST_CASE("goodput counts what is ok within the limit, of all planned") {
  struct Row {
    std::string why;
    std::int64_t limit_us;
    double goodput;
  };
  const Row rows[] = {
      {"the limit itself is within", 1000, 0.8},
      {"one microsecond less is not", 999, 0},
      {"far above", 1'000'000, 0.8},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const PhaseFigures f =
        figures({.ok = 8, .ok_us = 1000, .refused = 2},
                {.from = 0, .to = 5, .latency_limit = std::chrono::microseconds{row.limit_us}});
    CHECK(*f.goodput == doctest::Approx(row.goodput));
  }
}

TEST_CASE("failures are infinitely slow") {
  struct Row {
    std::string why;
    Tickets tickets;
    bool p50, p90, p99, max;
  };
  const Row rows[] = {
      {"no failure: all are reached", {.ok = 100}, true, true, true, true},
      {"1 % failed: p99 is the last that is reached",
       {.ok = 99, .refused = 1},
       true,
       true,
       true,
       false},
      {"2 % failed: p99 is not reached", {.ok = 98, .refused = 2}, true, true, false, false},
      {"unfinished, unsent and timed out ones count as well",
       {.ok = 89, .timed_out = 4, .cap = 4, .unfinished = 3},
       true,
       false,
       false,
       false},
      {"just half is ok", {.ok = 50, .refused = 50}, true, false, false, false},
      {"less than half is ok", {.ok = 49, .refused = 51}, false, false, false, false},
      {"blind ones don't count", {.ok = 99, .late = 50}, true, true, true, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const PhaseFigures f = figures(row.tickets, {.from = 0, .to = 10});
    CHECK(f.response.p50.has_value() == row.p50);
    CHECK(f.response.p90.has_value() == row.p90);
    CHECK(f.response.p99.has_value() == row.p99);
    CHECK(f.response.max.has_value() == row.max);
    CHECK(f.response.mean.has_value() == row.max);
    CHECK(*f.ok_response.max == 10'000);
    CHECK(*f.ok_response.mean == doctest::Approx(10'000));
  }
}

TEST_CASE("a figure without data is absent, never 0 / 0") {
  const PhaseFigures none = figures({}, {.from = 0, .to = 10, .latency_limit = Duration{1}});
  CHECK_FALSE(none.error_rate);
  CHECK_FALSE(none.goodput);
  CHECK_FALSE(none.achieved_rate);
  CHECK(*none.offered_per_s == 0);
  CHECK_FALSE(none.response.has_data);
  CHECK_FALSE(none.service.has_data);

  const PhaseFigures empty = figures_of(Pool{}, {.from = 7, .to = 7});
  CHECK_FALSE(empty.offered_per_s);
  CHECK(empty.ok_per_s == 0);

  const PhaseFigures failed = figures({.refused = 10}, {.from = 0, .to = 1});
  CHECK(*failed.error_rate == 1);
  CHECK(failed.response.has_data);
  CHECK_FALSE(failed.response.p50);
  CHECK_FALSE(failed.ok_response.has_data);

  const PhaseFigures blind = figures({.late = 10}, {.from = 0, .to = 1});
  CHECK_FALSE(blind.error_rate);
  CHECK(*blind.achieved_rate == 0);
}

TEST_CASE("a closed loop has neither offered nor achieved rate") {
  const PhaseFigures f = figures({.ok = 10}, {.from = 0, .to = 2, .closed_loop = true});
  CHECK_FALSE(f.offered_per_s);
  CHECK_FALSE(f.achieved_rate);
  CHECK(f.ok_per_s == 10);
}

TEST_CASE("what is still open is not judged") {
  const PhaseFigures f = figures({.ok = 9, .refused = 1, .open = 10}, {.from = 0, .to = 1});
  CHECK(*f.error_rate == doctest::Approx(0.1));
  CHECK(f.response.p90.has_value());
}

}  // namespace
}  // namespace loadgen
