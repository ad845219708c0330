#include "loadgen/cluster/garrison.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "fake_run.h"
#include "kept_files.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::small_assignment;
using test::TemporaryDirectory;

/// A garrison of one share, played to by the test.
struct Rig {
  explicit Rig(bool returning = false, const std::optional<Spool::Left>& left = {}) {
    Welcome welcome;
    welcome.run_id = "test-run";
    welcome.returning = returning;
    welcome.received = {{0, returning ? 3U : 0U}};
    garrison.take_up(welcome, left);
  }
  void say(Message message) { garrison.obey({0, std::move(message)}); }
  void start(Instant at, RunOffset until) {
    RunHeader header;
    header.run_id = "test-run";
    say(small_assignment());
    say(Start{at, RunOffset{0}, encode(header)});
    say(Until{until, {}});
  }
  template <class Done>
  void run_until(const Done& done) {
    const Instant deadline = Clock::now() + 60s;
    while (!done()) {
      REQUIRE(Clock::now() < deadline);
      io.restart();
      io.run_one_for(10ms);
    }
  }
  /// The parts that are to be sent, added up; and how many they are.
  Recording waiting(std::uint64_t first) {
    Recording recording;
    std::map<std::uint32_t, std::uint64_t> sent;
    for (auto next = garrison.next(sent); next; next = garrison.next(sent)) {
      CHECK(next->state.sequence == first++);
      sent[0] = next->state.sequence;
      recording += decode_part(next->part);
    }
    return recording;
  }

  TemporaryDirectory directory;
  boost::asio::io_context io;
  int news = 0;
  std::string said;
  const test::FakeRule rule;
  const DriverFactory factory = [this](const DriverSetup& setup) {
    return std::make_unique<test::FakeDriver>(setup, rule);
  };
  Garrison garrison{{io, factory, directory.path(), [this] { ++news; },
                     [this](const std::string& what) { said += what; }}};
};

TEST_CASE("a share from its assignment to the spool") {
  Rig rig;
  CHECK_FALSE(rig.garrison.assigned());
  CHECK(rig.garrison.delivered());
  rig.start(Clock::now() + 50ms, 1300ms);
  rig.run_until([&] { return rig.garrison.over(); });
  REQUIRE(rig.garrison.said().size() == 1);
  CHECK(std::get<Armed>(rig.garrison.said()[0].message).problems.empty());
  CHECK_FALSE(rig.garrison.delivered());
  const Recording recording = rig.waiting(1);
  CHECK(recording.open() == 0);
  CHECK(test::scheduled(recording) == 260);
  // What is said again changes nothing.
  rig.start(Clock::now(), 5s);
  rig.say(Acknowledge{99});
  CHECK(rig.garrison.delivered());
  rig.garrison.leave_spool();
  CHECK(std::filesystem::is_empty(rig.directory.path()));
  CHECK(rig.said == "");
}

TEST_CASE("one that returns takes tickets from now on, and numbers its parts on") {
  Rig rig(true);
  const Instant start = Clock::now() - 10s;
  rig.start(start, 11500ms);
  rig.run_until([&] { return rig.garrison.over(); });
  const Recording recording = rig.waiting(4);
  CHECK(recording.open() == 0);
  for (const auto& [key, slice] : recording.slices) {
    CAPTURE(key.second);
    CHECK((slice.tally.scheduled == 0 || key.second >= 10));
  }
  CHECK(test::scheduled(recording) > 0);
  CHECK(test::scheduled(recording) <= 2 * 145);
  rig.garrison.leave_spool();
  CHECK(rig.said.find("what was not delivered is in ") == 0);
}

TEST_CASE("what an earlier process left is delivered first, and not numbered twice") {
  TemporaryDirectory directory;
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
  rig.run_until([&] { return rig.garrison.over(); });
  const Recording recording = rig.waiting(4);  // three were received
  CHECK(recording.workers.at(0).parts >= 4);
  CHECK(recording.workers.at(0).finished);
}

TEST_CASE("what makes no sense is refused") {
  Rig rig;
  CHECK_THROWS_AS(rig.garrison.obey({1, Stop{true}}), std::runtime_error);
  CHECK_THROWS_AS(rig.say(Start{}), std::runtime_error);
  CHECK_THROWS_AS(rig.say(Until{}), std::runtime_error);
  CHECK_THROWS_AS(rig.say(Armed{}), std::runtime_error);
  CHECK_THROWS_AS(rig.say(Part{}), std::runtime_error);
}

TEST_CASE("a garrison that goes away takes its engines with it") {
  Rig rig;
  rig.start(Clock::now(), 1h);
  rig.run_until([&] { return rig.garrison.next({}).has_value(); });
}

}  // namespace
}  // namespace loadgen
