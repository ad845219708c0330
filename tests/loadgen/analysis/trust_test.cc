#include "loadgen/analysis/trust.h"

#include <functional>
#include <string>

#include "recorded_run.h"

namespace loadgen {
namespace {

TEST_CASE("late and blind tickets") {
  struct Row {
    std::string why;
    Tickets mostly, once;  // 65 seconds, of which the one at 30 s is added `once` more
    bool valid, warned;
  };
  // 60 judged seconds of 2 × 100 tickets: 12,000.
  const Row rows[] = {
      {"in time", {.ok = 100}, {}, true, false},
      {"a lag of 1 ms is not late", {.ok = 100}, {.ok = 100, .lag_us = 1000}, true, false},
      {"0.8 % late: a warning", {.ok = 100}, {.ok = 50, .lag_us = 2000}, true, true},
      {"5 % of the median may be more than 1 ms",
       {.ok = 100, .ok_us = 100'000},
       {.ok = 100, .ok_us = 100'000, .lag_us = 4900},
       true,
       false},
      {"beyond them it is late",
       {.ok = 100, .ok_us = 100'000},
       {.ok = 50, .ok_us = 100'000, .lag_us = 5100},
       true,
       true},
      {"1.6 % blind: invalid", {.ok = 100}, {.late = 100}, false, false},
      {"0.8 % blind: a warning", {.ok = 100}, {.late = 50}, true, true},
      {"0.05 % blind: nothing", {.ok = 100}, {.late = 3}, true, false},
      {"the system's failures are not ours",
       {.refused = 50, .cap = 50},
       {.timed_out = 100},
       true,
       false},
      {"nor is what an abort cut off", {.ok = 100}, {.aborted = 500}, true, false},
      {"nothing was due", {}, {}, false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.phases().both({0, 65}, row.mostly).both({30, 31}, row.once).end(65);
    const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.valid == row.valid);
    CHECK(trust.reasons.empty() == row.valid);
    CHECK(says(trust.warnings, "sent late or lost") == row.warned);
  }
}

TEST_CASE("one or two late tickets of a few make no run invalid, unless they are most") {
  struct Row {
    std::string why;
    Tickets control, experimental;
    bool valid;
  };
  const Row rows[] = {
      {"one late of 40", {.ok = 39}, {.ok = 1, .lag_us = 2000}, true},
      {"one late and one blind of 40", {.ok = 38, .late = 1}, {.ok = 1, .lag_us = 2000}, true},
      {"three of 40", {.ok = 37}, {.ok = 3, .lag_us = 2000}, false},
      {"one of two", {.ok = 1}, {.ok = 1, .lag_us = 2000}, true},
      {"two of three", {.ok = 1}, {.ok = 2, .lag_us = 2000}, false},
      {"the only one", {}, {.ok = 1, .lag_us = 2000}, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.phases().seconds(0, {30, 31}, row.control).seconds(1, {30, 31}, row.experimental);
    recorded.end(65);
    const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.valid == row.valid);
    CHECK(says(row.valid ? trust.warnings : trust.reasons, "sent late or lost"));
  }
}

TEST_CASE("tickets that were just too late to be sent count once") {
  RecordedRun recorded;
  recorded.phases().both({0, 65}, {.ok = 50, .late = 50, .late_lag_us = 100'010}).end(65);
  const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
  CHECK(trust.late_share == doctest::Approx(0.5));
  CHECK(says(trust.reasons, "50 % of the requests were sent late or lost"));
}

TEST_CASE("warm-up is not judged") {
  RecordedRun recorded;
  recorded.phases().both({0, 5}, {.late = 100}).both({5, 65}, {.ok = 100}).end(65);
  const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
  CHECK(trust.valid);
  CHECK(trust.late_share == 0);
  CHECK(trust.blind.size() == 2);
}

TEST_CASE("the groups must be equally late") {
  struct Row {
    std::string why;
    std::int64_t control_us, experimental_us, response_us;
    bool valid;
  };
  const Row rows[] = {
      {"equal", 500, 500, 10'000, true},
      {"by a tenth of the p99 margin: 150 µs of 10 ms", 500, 640, 10'000, true},
      {"by more", 500, 660, 10'000, false},
      {"the other way round", 660, 500, 10'000, false},
      {"fast answers: up to 100 µs", 20, 110, 300, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.phases();
    recorded.seconds(0, {0, 65}, {.ok = 100, .ok_us = row.response_us, .lag_us = row.control_us});
    recorded.seconds(1, {0, 65},
                     {.ok = 100, .ok_us = row.response_us, .lag_us = row.experimental_us});
    recorded.end(65);
    const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.valid == row.valid);
    CHECK(says(trust.reasons, "send lags differ") == !row.valid);
  }
}

TEST_CASE("lags differ by chance, and in the fault window") {
  RecordedRun recorded(std::string(kTwoGroups) + kFault);
  recorded.phases().mark(25, "requested", "kill").both({0, 65}, {.ok = 98});
  SUBCASE("a tail that is a matter of a few tickets") {
    recorded.seconds(0, {5, 65}, {.ok = 2, .lag_us = 900});
    recorded.seconds(1, {5, 60}, {.ok = 2, .lag_us = 900});
    recorded.seconds(1, {60, 65}, {.ok = 60, .lag_us = 1000});
  }
  SUBCASE("only while connections are made anew") {
    recorded.seconds(1, {25, 45}, {.ok = 98, .lag_us = 900});
  }
  recorded.end(65);
  CHECK(trust_of(measure(recorded.run, phases_of(recorded.run))).valid);
}

TEST_CASE("the fault's effect must be known") {
  struct Row {
    std::string why;
    std::vector<std::string> marks;
    bool valid;
    std::string reason, warning;
  };
  const Row rows[] = {
      {"confirmed and reverted", {"requested", "confirmed", "reverted"}, true, "", ""},
      {"never confirmed", {"requested", "reverted"}, false, "was not confirmed", ""},
      {"confirm gave up",
       {"requested", "not_confirmed", "reverted"},
       false,
       "was not confirmed",
       ""},
      {"not injected", {"not_injected"}, false, "was not injected", ""},
      {"not reverted",
       {"requested", "confirmed", "not_reverted"},
       true,
       "",
       "could not be reverted"},
      {"reverted at last", {"requested", "confirmed", "not_reverted", "reverted"}, true, "", ""},
      {"nobody reverted it", {"requested", "confirmed"}, true, "", "may still be applied"},
      {"never requested", {}, true, "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded(std::string(kTwoGroups) + kFault +
                         "confirm = [\"true\"]\nrevert = [\"true\"]\n");
    recorded.phases().both({0, 65}, {.ok = 10});
    for (const std::string& kind : row.marks) recorded.mark(30, kind, "kill");
    recorded.end(65);
    const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.valid == row.valid);
    CHECK(says(trust.reasons, row.reason) == !row.reason.empty());
    CHECK(says(trust.warnings, row.warning) == !row.warning.empty());
  }
}

TEST_CASE("an onset in both groups is a shared disturbance") {
  struct Row {
    std::string why;
    RunSecond control, experimental;  // onsets; 0 = none
    bool shared;
  };
  const Row rows[] = {
      {"experimental only", 0, 30, false}, {"control only", 30, 0, false},
      {"at once", 30, 30, true},           {"5 s apart", 30, 35, true},
      {"6 s apart", 30, 36, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded(std::string(kTwoGroups) + kFault);
    recorded.phases().mark(28, "requested", "kill");
    const auto fill = [&](std::uint16_t group, RunSecond onset) {
      const RunSecond from = onset == 0 ? 50 : onset, to = onset == 0 ? 50 : onset + 5;
      recorded.seconds(group, {0, from}, {.ok = 100});
      recorded.seconds(group, {from, to}, {.refused = 100});
      recorded.seconds(group, {to, 65}, {.ok = 100});
    };
    fill(0, row.control);
    fill(1, row.experimental);
    const Measured measured = measure(recorded.run, phases_of(recorded.run));
    CHECK(shared_disturbance(measured).has_value() == row.shared);
  }
}

}  // namespace
}  // namespace loadgen
