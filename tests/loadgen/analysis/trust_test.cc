#include "loadgen/analysis/trust.h"

#include <functional>
#include <string>

#include "loadgen/plan/first_due.h"
#include "recorded_run.h"

namespace loadgen {
namespace {

bool says(const std::vector<std::string>& sentences, const std::string& part) {
  for (const std::string& sentence : sentences) {
    if (sentence.find(part) != std::string::npos) return true;
  }
  return false;
}

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

TEST_CASE("workers") {
  RecordedRun recorded;
  recorded.run.header.workers = 2;
  recorded.phases().both({0, 65}, {.ok = 10});
  SUBCASE("all there") {
    recorded.end(65);
    recorded.run.recording.workers.at(0).cpu_user_us = 6'500'000;
    recorded.run.recording.workers.at(1).cpu_system_us = 62'000'000;
    recorded.run.recording.workers.at(1).first_send = std::chrono::microseconds{150};
    const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.valid);
    REQUIRE(trust.workers.size() == 2);
    CHECK(trust.workers[0].cpu == doctest::Approx(0.1));
    CHECK_FALSE(trust.workers[0].first_send_us);
    CHECK(*trust.workers[1].first_send_us == 150);
    CHECK(says(trust.warnings, "worker 1 used 95.4 % of a core"));
  }
  SUBCASE("one of two lost: tolerated, said") {
    recorded.end(65).mark(40, "worker_lost", "1");
    const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.valid);
    CHECK(trust.workers[1].lost);
    CHECK(says(trust.warnings, "1 of 2 workers lost: 1"));
    CHECK_FALSE(says(trust.warnings, "blind"));
  }
  SUBCASE("one of two lost: what it had not told, of what fell due from then on") {
    recorded.end(65).mark(40, "worker_lost", "1");
    Tally& last = recorded.run.recording.slices[{0, 0, 0, 64}].tally;  // 20 in both groups
    last.scheduled += 10;
    last.ended[static_cast<std::size_t>(Outcome::blind_worker_lost)] += 10;
    recorded.run.blind[{.worker = 1, .reason = Outcome::blind_worker_lost, .second = 64}] = 10;
    const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(says(trust.warnings, "lost: 1; from 64 s on 33.3 % of all tickets are blind"));
  }
  SUBCASE("both lost") {
    recorded.end(65).mark(40, "worker_lost", "1").mark(41, "worker_lost", "0");
    CHECK_FALSE(trust_of(measure(recorded.run, phases_of(recorded.run))).valid);
  }
  SUBCASE("on_worker_loss = invalidate") {
    recorded.run.scenario.distribution.tolerate_worker_loss = false;
    recorded.end(65).mark(40, "worker_lost", "1");
    CHECK_FALSE(trust_of(measure(recorded.run, phases_of(recorded.run))).valid);
  }
  SUBCASE("how far apart they began, each from when its first ticket was due") {
    recorded.end(65);
    const RunOffset second = *first_due(recorded.run.scenario, recorded.run.header.seed, {1, 2});
    recorded.run.recording.workers.at(0).first_send = std::chrono::microseconds{150};
    recorded.run.recording.workers.at(1).first_send = second + std::chrono::microseconds{40};
    const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.start_spread_us == 110);
  }
  SUBCASE("the coordinator was killed: what a worker sent meanwhile is in its spool, or nowhere") {
    recorded.run.last = std::chrono::seconds{65};
    recorded.run.recording.workers[0].last_heard = std::chrono::seconds{62};
    recorded.run.recording.workers[1].last_heard = std::chrono::seconds{62};
    CHECK(trust_of(measure(recorded.run, phases_of(recorded.run))).valid);
    recorded.run.recording.workers[1].last_heard = std::chrono::milliseconds{61'900};
    const Trust late = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(says(late.reasons, "what worker 1 sent after 61.9 s is not told here"));
    recorded.run.recording.workers[1].finished = true;
    CHECK(trust_of(measure(recorded.run, phases_of(recorded.run))).valid);
    recorded.run.recording.workers.erase(1);
    const Trust missing = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(says(missing.reasons, "what worker 1 sent is not told here: its spool is missing"));
  }
  SUBCASE("lost, and back again with all that it had measured") {
    recorded.end(65).mark(40, "worker_lost", "1").mark(50, "worker_back", "1");
    const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.valid);
    CHECK_FALSE(trust.workers[1].lost);
  }
  SUBCASE("started anew: a hole, which may be or not") {
    recorded.end(65).mark(40, "worker_restarted", "1");
    const Trust tolerant = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(tolerant.valid);
    CHECK(says(tolerant.warnings, "started anew during the run, with what they lost blind: 1"));
    recorded.run.scenario.distribution.tolerate_worker_loss = false;
    CHECK_FALSE(trust_of(measure(recorded.run, phases_of(recorded.run))).valid);
  }
  SUBCASE("clocks of other machines") {
    using namespace std::chrono_literals;
    recorded.end(65);
    recorded.run.workers[1] = {1, "pod-1", "0.1.0", "abc", 8, -5s, 120us, 0s};
    Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.valid);
    CHECK_FALSE(trust.workers[0].clock_bound_us);
    CHECK(trust.workers[1].clock_offset_us == -5'000'000);
    CHECK(trust.workers[1].clock_bound_us == 120);
    CHECK_FALSE(says(trust.warnings, "clock"));
    recorded.run.workers[1].clock_moved = -3ms;
    recorded.run.workers[1].clock_bound = 12ms;
    trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.valid);
    CHECK(says(trust.warnings, "the clock of worker 1 (pod-1) moved by 3 ms"));
    CHECK(says(trust.warnings, "the clock of worker 1 (pod-1) is known within 12 ms only"));
    recorded.run.workers[1].clock_moved = 101ms;
    trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK_FALSE(trust.valid);
    CHECK(says(trust.reasons, "moved by 101 ms"));
  }
  SUBCASE("the journal ends early: nobody is lost, but it is said") {
    for (const std::uint32_t id : {0U, 1U})
      recorded.run.recording.workers[id].last_heard = std::chrono::seconds{65};
    const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.valid);
    CHECK_FALSE(trust.workers[0].lost);
    CHECK(says(trust.warnings, "ended early at 65 s"));
  }
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
