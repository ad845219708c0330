#include "loadgen/analysis/rto.h"

#include <doctest/doctest.h>

#include <string>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

/// Probes of group 1, workload 2, told one by one.
struct Probes {
  Recording recording;

  Probes& answer(RunOffset intended, RunOffset done, Outcome outcome = Outcome::ok,
                 std::uint64_t session = 1, std::uint32_t worker = 0) {
    recording.probe_answers.push_back({worker, 1, 2, intended, done, outcome, session});
    return *this;
  }
  ProbeAttempt& attempt(std::uint64_t session, RunOffset begun, RunOffset ended,
                        Outcome outcome = Outcome::ok, std::uint32_t worker = 0) {
    recording.probe_attempts.push_back(
        {worker, 1, 2, session, begun, ended, outcome, false, {}, {}, {}, {}});
    return recording.probe_attempts.back();
  }
  /// One ok each 100 ms in [from, to).
  Probes& well(RunOffset from, RunOffset to, std::uint64_t session = 1, std::uint32_t worker = 0) {
    for (; from < to; from += 100ms) answer(from, from + 1ms, Outcome::ok, session, worker);
    return *this;
  }
  Probes& gone(RunOffset from, RunOffset to, Outcome outcome = Outcome::connect_refused) {
    for (; from < to; from += 100ms) answer(from, from + 2ms, outcome, 0);
    return *this;
  }
  std::vector<ProbeGap> gaps() const { return probe_gaps(recording, 1, 2); }
  std::optional<Rto> rto(RunOffset requested) const { return rto_of(recording, 1, 2, requested); }
};

TEST_CASE("gaps lie between two successes that are neighbours by when they were due") {
  Probes probes;
  CHECK(probes.gaps().empty());
  probes.well(0s, 1s);
  CHECK(probes.gaps().empty());
  // Told in another order, as parts of two workers come in.
  probes.well(1500ms, 2s, 2).gone(1s, 1500ms).gone(2s, 2100ms);
  const auto gaps = probes.gaps();
  REQUIRE(gaps.size() == 2);
  CHECK(gaps[0].last_ok == 900ms);
  CHECK(gaps[0].failed.size() == 5);
  CHECK(gaps[0].failed.front().intended == 1s);
  CHECK(gaps[0].answer->intended == 1500ms);
  CHECK(length_of(gaps[0], 10s) == 600ms);
  CHECK(gaps[1].last_ok == 1900ms);
  CHECK_FALSE(gaps[1].answer.has_value());
  CHECK(length_of(gaps[1], 10s) == 8100ms);
  CHECK(length_of(gaps[1], 1s) == 0s);  // an end before it is no negative length
  CHECK(probe_gaps(probes.recording, 1, 1).empty());
  CHECK(probe_gaps(probes.recording, 0, 2).empty());
}

TEST_CASE("a slow answer to a ticket due in the gap is what ends it, whenever it came") {
  Probes probes;
  probes.well(0s, 1s).gone(1s, 2s).answer(1500ms, 9s).well(2s, 3s);
  const auto gaps = probes.gaps();
  REQUIRE(gaps.size() == 2);
  CHECK(gaps[0].answer->intended == 1500ms);
  CHECK(gaps[1].last_ok == 1500ms);
}

TEST_CASE("one ok of another worker's in between splits a gap: its clients had answers") {
  Probes probes;
  probes.well(0s, 1s).gone(1s, 2s).answer(1550ms, 1551ms, Outcome::ok, 7, 1).well(2s, 3s);
  CHECK(probes.gaps().size() == 2);
}

TEST_CASE("what the time went into: no server, then none that takes writes, then the attempt") {
  Probes probes;
  probes.well(0s, 1s);
  probes.answer(1s, 1010ms, Outcome::connection, 1);  // detected 10 ms after it was due
  probes.gone(1100ms, 3s).answer(3s, 3400ms, Outcome::ok, 9).well(3100ms, 4s, 9);
  probes.attempt(1, -500ms, -490ms);
  probes.attempt(2, 1050ms, 1051ms, Outcome::connect_refused);
  probes.attempt(3, 1200ms, 1201ms, Outcome::connect_refused);
  ProbeAttempt& standby = probes.attempt(4, 1500ms, 1502ms, Outcome::read_only);
  standby.unsuited = true;
  probes.attempt(5, 2s, 2001ms, Outcome::read_only).unsuited = true;
  ProbeAttempt& opener = probes.attempt(9, 2500ms, 2510ms);
  opener.resolve = 1ms;
  opener.connect = 200us;
  opener.authenticate = 6ms;
  opener.role = 0ms;
  probes.attempt(10, 3200ms, 3201ms, Outcome::connect_refused);  // after it: of no interest
  const Rto rto = probes.rto(800ms).value();
  CHECK(rto.last_ok == 900ms);
  CHECK(rto.first_failed == 1s);
  CHECK(rto.known == 1010ms);
  CHECK(rto.failure == Outcome::connection);
  CHECK(rto.first_ok == 3s);
  CHECK(rto.answered == 3400ms);
  CHECK(rto.failed == 20);
  CHECK(rto.attempts_failed == 4);
  CHECK(rto.detect == 210ms);
  CHECK(rto.unreachable == 490ms);
  CHECK(rto.role_awaited == 1s);
  CHECK(rto.resolve == 1ms);
  CHECK(rto.connect == 200us);
  CHECK(rto.authenticate == 6ms);
  CHECK(rto.role == 0ms);
  CHECK(rto.first_answer == 890ms);
}

TEST_CASE("a part that was not observed is absent") {
  SUBCASE("without a server that lacks the role nobody waited for one") {
    Probes probes;
    probes.well(0s, 1s).gone(1s, 2s).well(2s, 3s, 5);
    probes.attempt(5, 1900ms, 1905ms).connect = 1ms;
    const Rto rto = probes.rto(500ms).value();
    CHECK(rto.unreachable == 1900ms - 1002ms);
    CHECK_FALSE(rto.role_awaited.has_value());
    CHECK_FALSE(rto.resolve.has_value());
    CHECK(rto.connect == 1ms);
    CHECK_FALSE(rto.authenticate.has_value());
  }
  SUBCASE("the session lived on, as when a server was read-only for a while") {
    Probes probes;
    probes.well(0s, 1s).gone(1s, 2s, Outcome::read_only).well(2s, 3s);
    probes.attempt(1, -500ms, -490ms).connect = 1ms;
    const Rto rto = probes.rto(500ms).value();
    CHECK(rto.detect == 502ms);
    CHECK_FALSE(rto.unreachable.has_value());
    CHECK_FALSE(rto.connect.has_value());
    CHECK_FALSE(rto.first_answer.has_value());
    CHECK(rto.first_ok == 2s);
  }
  SUBCASE("it did not come back") {
    Probes probes;
    probes.well(0s, 1s).gone(1s, 2s);
    probes.attempt(2, 1100ms, 1101ms, Outcome::connect_refused);
    const Rto rto = probes.rto(500ms).value();
    CHECK_FALSE(rto.first_ok.has_value());
    CHECK_FALSE(rto.answered.has_value());
    CHECK(rto.attempts_failed == 1);
    CHECK_FALSE(rto.unreachable.has_value());
  }
  SUBCASE("it was gone before: there was no last success, and nothing to detect") {
    Probes probes;
    probes.gone(0s, 1s).well(1s, 2s);
    const Rto rto = probes.rto(500ms).value();
    CHECK_FALSE(rto.last_ok.has_value());
    CHECK_FALSE(rto.detect.has_value());
  }
  SUBCASE("another worker's session of the same number is another session") {
    Probes probes;
    probes.well(0s, 1s).gone(1s, 2s).well(2s, 3s, 5, 1);
    probes.attempt(5, 1900ms, 1905ms).connect = 1ms;
    CHECK_FALSE(probes.rto(500ms).value().connect.has_value());
  }
}

TEST_CASE("the attempt that showed that there is no primary counts from when that was known") {
  Probes probes;
  probes.well(0s, 1s).gone(1s, 2s, Outcome::read_only).well(2s, 3s, 8);
  probes.attempt(2, 1s, 1002ms - 1us, Outcome::read_only).unsuited = true;
  probes.attempt(8, 2s, 2001ms);
  const Rto rto = probes.rto(500ms).value();
  CHECK(rto.unreachable == 0ms);
  CHECK(rto.role_awaited == 998ms);
}

TEST_CASE("stable is the success from which on none failed for ten seconds") {
  Probes probes;
  probes.well(0s, 1s).gone(1s, 5s).well(5s, 10s).gone(10s, 10200ms).well(10200ms, 20200ms);
  CHECK_FALSE(probes.rto(500ms).value().stable.has_value());  // a ticket's distance too short
  probes.well(20200ms, 20300ms);
  CHECK(probes.rto(500ms).value().stable == 10200ms);
  probes.gone(20300ms, 20400ms);
  CHECK(probes.rto(500ms).value().stable == 10200ms);  // what came later is another story
  CHECK_FALSE(probes.rto(20300ms).value().stable.has_value());
}

TEST_CASE("the longest gap since the fault was requested is told") {
  Probes probes;
  probes.gone(0s, 5s).well(5s, 6s).gone(6s, 6300ms).well(6300ms, 7s).gone(7s, 9s).well(9s, 10s);
  CHECK(probes.rto(-1s).value().first_failed == 0s);
  CHECK(probes.rto(5500ms).value().first_failed == 7s);
  CHECK(probes.rto(4900ms).value().first_failed == 0s);  // it was still going on
  CHECK_FALSE(probes.rto(9500ms).has_value());
  CHECK_FALSE(Probes{}.rto(0s).has_value());
}

}  // namespace
}  // namespace loadgen
