#include "loadgen/cluster/worker_shares.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "fake_run.h"
#include "kept_files.h"
#include "loadgen/core/scratch_directory.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::small_assignment;

/// One share, played to by the test.
struct Rig {
  explicit Rig(bool returning = false, const std::optional<Spool::Left>& left = {}) {
    Welcome welcome;
    welcome.run_id = "test-run";
    welcome.returning = returning;
    welcome.received = {{0, returning ? 3U : 0U}};
    shares.take_up(welcome, left);
  }
  void say(Message message) { shares.obey({0, std::move(message)}); }
  void start(Instant at, RunOffset until) {
    RunHeader header;
    header.run_id = "test-run";
    say(small_assignment());
    say(Start{at, RunOffset{0}, encode(header)});
    say(Until{until, {}});
  }
  void run_until(const auto& done) { test::run_until(io, done); }
  /// The parts that are to be sent, added up; and how many they are.
  Recording waiting(std::uint64_t first) {
    Recording recording;
    std::map<std::uint32_t, std::uint64_t> sent;
    for (auto next = shares.next(sent); next; next = shares.next(sent)) {
      CHECK(next->state.sequence == first++);
      sent[0] = next->state.sequence;
      recording += decode_part(next->part);
    }
    return recording;
  }

  ScratchDirectory directory;
  boost::asio::io_context io;
  int news = 0;
  std::string said;
  const test::FakeRule rule;
  const DriverFactory factory = [this](const DriverSetup& setup) {
    return std::make_unique<test::FakeDriver>(setup, rule);
  };
  WorkerShares shares{{io, factory, directory.path(), [this] { ++news; },
                       [this](const std::string& what) { said += what; }}};
};

TEST_CASE("a share from its assignment to the spool") {
  Rig rig;
  CHECK_FALSE(rig.shares.assigned());
  CHECK(rig.shares.delivered());
  rig.start(Clock::now() + 50ms, 1300ms);
  rig.run_until([&] { return rig.shares.over(); });
  REQUIRE(rig.shares.said().size() == 1);
  CHECK(std::get<Armed>(rig.shares.said()[0].message).problems.empty());
  CHECK_FALSE(rig.shares.delivered());
  const Recording recording = rig.waiting(1);
  CHECK(recording.open() == 0);
  CHECK(test::scheduled(recording) == 260);
  // What is said again changes nothing.
  rig.start(Clock::now(), 5s);
  rig.say(Acknowledge{99});
  CHECK(rig.shares.delivered());
  rig.shares.leave_spool();
  CHECK(std::filesystem::is_empty(rig.directory.path()));
  CHECK(rig.said == "");
}

TEST_CASE("one that returns takes tickets from now on, and numbers its parts on") {
  Rig rig(true);
  const Instant start = Clock::now() - 10s;
  rig.start(start, 11500ms);
  rig.run_until([&] { return rig.shares.over(); });
  const Recording recording = rig.waiting(4);
  CHECK(recording.open() == 0);
  for (const auto& [key, slice] : recording.slices) {
    CAPTURE(key.second);
    CHECK((slice.tally.scheduled == 0 || key.second >= 10));
  }
  CHECK(test::scheduled(recording) > 0);
  CHECK(test::scheduled(recording) <= 2 * 145);
  rig.shares.leave_spool();
  CHECK(rig.said.find("what was not delivered is in ") == 0);
}

TEST_CASE("what an earlier process left is delivered first, and not numbered twice") {
  ScratchDirectory directory;
  RunHeader header;
  header.run_id = "test-run";
  {
    Spool spool = Spool::create(directory.path(), 0, encode(header));
    for (std::uint64_t sequence = 1; sequence <= 6; ++sequence) {
      Part part;
      part.sequence = sequence;
      spool.append(part);
    }
  }
  Rig rig(true, Spool::left_in(directory.path()).at(0));
  rig.start(Clock::now() - 10s, 10200ms);
  rig.run_until([&] { return rig.shares.over(); });
  const Recording recording = rig.waiting(4);  // three were received
  CHECK(recording.workers.at(0).parts >= 4);
  CHECK(recording.workers.at(0).finished);
}

TEST_CASE("what makes no sense is refused") {
  Rig rig;
  CHECK_THROWS_AS(rig.shares.obey({1, Stop{true}}), std::runtime_error);
  CHECK_THROWS_AS(rig.say(Start{}), std::runtime_error);
  CHECK_THROWS_AS(rig.say(Until{}), std::runtime_error);
  CHECK_THROWS_AS(rig.say(Armed{}), std::runtime_error);
  CHECK_THROWS_AS(rig.say(Part{}), std::runtime_error);
}

TEST_CASE("whoever drops the shares ends their engines") {
  Rig rig;
  rig.start(Clock::now(), 1h);
  rig.run_until([&] { return rig.shares.next({}).has_value(); });
}

}  // namespace
}  // namespace loadgen
