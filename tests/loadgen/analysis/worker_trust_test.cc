#include "loadgen/analysis/worker_trust.h"

#include <string>

#include "loadgen/analysis/trust.h"
#include "loadgen/plan/first_due.h"
#include "recorded_run.h"

namespace loadgen {
namespace {

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
  SUBCASE("nobody lost, and yet the plan went on without them: up to half of a phase") {
    recorded.end(65);
    const auto miss = [&](std::uint64_t missed) {
      Tally& tally = recorded.run.recording.slices[{0, 0, 0, 64}].tally;
      tally.scheduled += missed;
      tally.ended[static_cast<std::size_t>(Outcome::blind_worker_lost)] += missed;
      recorded.run.blind[{.worker = 1, .reason = Outcome::blind_worker_lost, .second = 64}] +=
          missed;
      return trust_of(measure(recorded.run, phases_of(recorded.run)));
    };
    const Trust less = miss(150);  // beside the 200 of `after` that were sent
    CHECK(less.valid);
    CHECK(says(less.warnings,
               "out of reach while the plan went on without them; from 64 s on 88.2 % of"));
    const Trust more = miss(100);
    CHECK_FALSE(more.valid);
    CHECK(says(more.reasons, "out of reach while the plan went on"));
    CHECK(more.reasons.size() == 1);
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
    CHECK(says(tolerant.warnings, "workers started anew during the run: 1"));
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

}  // namespace
}  // namespace loadgen
