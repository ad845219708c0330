#include "loadgen/cluster/coordinator.h"

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <filesystem>

#include "fake_run.h"
#include "loadgen/core/error.h"
#include "loadgen/core/scratch_directory.h"

namespace loadgen {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::FakeRule;
using test::small_assignment;
using test::Workers;

/// A coordinator in a directory of its own, gone with it.
struct Rig {
  Rig() {
    RunHeader header;
    header.run_id = "test-run";
    header.scenario_text = test::kScenarioText;
    coordinator = std::make_unique<Coordinator>(io, directory.path(), header);
  }

  template <class Value>
  Value run(asio::awaitable<Value> task) {
    std::optional<Value> value;
    asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& thrown, Value result) {
      if (thrown) std::rethrow_exception(thrown);
      value = std::move(result);
    });
    io.restart();
    while (!value) io.run_one();
    return *value;
  }
  std::vector<std::string> arm(Duration timeout = 60s) {
    return run(coordinator->arm(small_assignment(), timeout));
  }
  bool finished(Duration patience = 60s) {
    return run(coordinator->finished(Clock::now() + patience));
  }
  void run_until(const auto& done) { test::run_until(io, done); }

  const ScratchDirectory directory;
  asio::io_context io;
  std::unique_ptr<Coordinator> coordinator;
};

/// All that stands in a journal.
struct Journalled {
  explicit Journalled(const std::filesystem::path& path) {
    const JournalEnd end = read_journal(path, [this](RecordKind kind, std::string_view body) {
      kinds.push_back(kind);
      if (kind == RecordKind::header) header = decode_header(body);
      if (kind == RecordKind::mark) marks.push_back(decode_mark(body));
      if (kind == RecordKind::end) run_end = decode_end(body);
      if (kind != RecordKind::part) return;
      const Part part = decode_part(body);
      CHECK(imbalance(part, recording) == "");
      recording += part;
    });
    CHECK(end.torn_bytes == 0);
  }
  std::vector<RecordKind> kinds;
  RunHeader header;
  std::vector<Mark> marks;
  std::optional<RunEnd> run_end;
  Recording recording;
};

TEST_CASE("a run of two workers, from arming to a journal that holds every ticket") {
  Rig rig;
  Workers workers;
  for (int i = 0; i < 2; ++i) rig.coordinator->add_worker(workers.add());
  CHECK(rig.arm().empty());
  CHECK_FALSE(rig.coordinator->started());
  std::vector<std::string> heard;
  rig.coordinator->on_mark([&](const Mark& mark) { heard.push_back(mark.kind + " " + mark.name); });

  const Instant start = Clock::now() + 20ms;
  rig.coordinator->start(start, 1'700'000'000'000'000);
  CHECK(rig.coordinator->started());
  CHECK(rig.coordinator->instant(1s) == start + 1s);
  rig.coordinator->until({1300ms, {}});
  rig.coordinator->mark({0s, "phase", "before", "", ""});
  CHECK(rig.finished());
  CHECK(rig.coordinator->now() >= 1300ms);
  HookRun hook;
  hook.fault = "kill";
  rig.coordinator->hook(hook);
  rig.coordinator->observe({"replicas", "control", 1s, 2.0, ""});
  rig.coordinator->end({rig.coordinator->now(), false, ""});
  workers.join();  // everything was acknowledged: nobody waits
  CHECK(rig.coordinator->trouble() == "");
  CHECK(heard == std::vector<std::string>{"phase before"});
  CHECK(rig.coordinator->marks().size() == 1);

  const Journalled journal(rig.coordinator->journal_path());
  CHECK(journal.kinds.front() == RecordKind::header);
  CHECK(journal.kinds.back() == RecordKind::end);
  CHECK(std::count(journal.kinds.begin(), journal.kinds.end(), RecordKind::hook) == 1);
  CHECK(std::count(journal.kinds.begin(), journal.kinds.end(), RecordKind::observation) == 1);
  CHECK(journal.header.run_id == "test-run");
  CHECK(journal.header.workers == 2);
  CHECK(journal.header.started_at_us == 1'700'000'000'000'000);
  CHECK(journal.marks == rig.coordinator->marks());
  REQUIRE(journal.run_end);
  CHECK_FALSE(journal.run_end->aborted);
  std::uint64_t scheduled = 0;
  for (const auto& [key, slice] : journal.recording.slices) scheduled += slice.tally.scheduled;
  CHECK(scheduled == 260);
  CHECK(journal.recording.open() == 0);
  CHECK(journal.recording.workers.size() == 2);

  const LiveView& live = rig.coordinator->live();
  CHECK(live.newest() == 1);
  CHECK(live.open() == 0);
  std::uint64_t seen = 0;
  for (const std::uint16_t group : {0, 1}) seen += live.window({group, 0}, 0, 2).sum.scheduled;
  CHECK(seen == 260);
}

TEST_CASE("arming tells what the workers found, once, and who stays silent") {
  {
    Rig rig;
    FakeRule refused;
    refused.problem = "control: nobody there";
    Workers workers(refused);
    for (int i = 0; i < 3; ++i) rig.coordinator->add_worker(workers.add());
    CHECK(rig.arm() == std::vector<std::string>{"control: nobody there"});
    CHECK(rig.coordinator->trouble() == "");
    workers.join();
  }
  {
    Rig rig;
    Workers workers;
    rig.coordinator->add_worker(workers.add(
        [](const DriverSetup&) -> std::unique_ptr<Driver> { throw std::runtime_error("broken"); }));
    CHECK(rig.arm() == std::vector<std::string>{"broken"});
  }
  Rig rig;
  auto [here, there] = Channel::pair();
  rig.coordinator->add_worker(std::move(here));
  CHECK(rig.arm(20ms) == std::vector<std::string>{"worker 0 did not answer in time"});
  const auto message = there.receive();
  REQUIRE(message);
  CHECK(std::get<Assign>(*message).of == 1);
}

/// A coordinator with one worker, played by the test, that is armed and started.
struct Scripted : Rig {
  Scripted() {
    auto [here, there] = Channel::pair();
    coordinator->add_worker(std::move(here));
    worker = std::move(there);
    worker.send(Armed{0, {}});
    CHECK(arm().empty());
    coordinator->start(Clock::now(), 0);
  }
  static Part part(std::uint64_t sequence, std::uint64_t scheduled, std::uint64_t ok) {
    Part part;
    part.sequence = sequence;
    part.made_at = std::chrono::seconds(sequence);
    Tally& tally = part.slices[{0, 0, 0, 0}].tally;
    tally.scheduled = scheduled;
    tally.ended[static_cast<std::size_t>(Outcome::ok)] = ok;
    return part;
  }
  /// The next message of a kind, others skipped.
  template <class Wanted>
  Wanted expect() {
    std::optional<Wanted> found;
    run_until([&] {
      while (auto message = worker.receive()) {
        if (auto* wanted = std::get_if<Wanted>(&*message)) found = *wanted;
        if (found) return true;
      }
      return false;
    });
    return *found;
  }
  Channel worker;
};

TEST_CASE("a part is acknowledged once it is on the disk") {
  Scripted rig;
  rig.worker.send(Scripted::part(1, 10, 4));
  rig.worker.send(Scripted::part(2, 0, 3));
  CHECK(rig.expect<Acknowledge>().sequence == 2);
  const Journalled journal(rig.coordinator->journal_path());  // while the run goes on
  CHECK(journal.recording.open() == 3);
  CHECK_FALSE(journal.run_end);
}

TEST_CASE("a part that was sent twice counts once") {
  Scripted rig;
  rig.worker.send(Scripted::part(1, 10, 4));
  rig.worker.send(Scripted::part(1, 10, 4));
  rig.worker.send(Scripted::part(2, 0, 1));
  CHECK(rig.expect<Acknowledge>().sequence == 2);
  CHECK(rig.coordinator->live().open() == 5);
  CHECK(Journalled(rig.coordinator->journal_path()).recording.open() == 5);
}

TEST_CASE("a part that does not balance is refused, its worker lost and told to stop") {
  Scripted rig;
  rig.worker.send(Scripted::part(1, 10, 4));
  rig.worker.send(Scripted::part(2, 0, 7));
  rig.run_until([&] { return !rig.coordinator->trouble().empty(); });
  CHECK(rig.coordinator->trouble().find("ends 1 more tickets than fell due") != std::string::npos);
  CHECK(rig.expect<Stop>().abort);
  rig.worker.send(Scripted::part(3, 5, 0));  // too late to be believed
  CHECK_FALSE(rig.finished());
  rig.coordinator->end({3s, true, "worker lost"});
  const Journalled journal(rig.coordinator->journal_path());
  CHECK(journal.recording.open() == 6);
  REQUIRE(journal.marks.size() == 1);
  CHECK(journal.marks[0].kind == "worker_lost");
  CHECK(rig.coordinator->trouble() == "worker 0: " + journal.marks[0].detail);
}

TEST_CASE("a worker that fails or goes away is trouble, and nobody waits for it") {
  {
    Scripted rig;
    rig.worker.send(Failed{0, "out of memory"});
    CHECK_FALSE(rig.finished());
    CHECK(rig.coordinator->trouble() == "worker 0: out of memory");
  }
  Scripted rig;
  rig.worker.send(Scripted::part(1, 10, 4));
  rig.worker = Channel();
  CHECK_FALSE(rig.finished());
  CHECK(rig.coordinator->trouble() == "worker 0: it went away");
  CHECK(rig.coordinator->live().open() == 6);  // what it had said before counts
}

TEST_CASE("a worker that went away after its last part has finished") {
  Scripted rig;
  Part last = Scripted::part(1, 10, 10);
  last.last = true;
  rig.worker.send(last);
  rig.worker = Channel();
  CHECK(rig.finished());
  CHECK(rig.coordinator->trouble() == "");
}

TEST_CASE("waiting for the end has a deadline") {
  Scripted rig;
  CHECK_FALSE(rig.finished(10ms));
  CHECK(rig.coordinator->trouble() == "");
}

TEST_CASE("steering reaches every worker") {
  Scripted rig;
  rig.coordinator->until({5s, {{"spike", 0, 0, 3, 1s, 2s}}});
  const Until until = rig.expect<Until>();
  CHECK(until.end == RunOffset(5s));
  REQUIRE(until.windows.size() == 1);
  CHECK(until.windows[0].fault == "spike");
  rig.coordinator->stop(false);
  CHECK_FALSE(rig.expect<Stop>().abort);
}

TEST_CASE("a part that leaves a gap is refused: what it skips would be counted nowhere") {
  Scripted rig;
  rig.worker.send(Scripted::part(1, 10, 4));
  rig.worker.send(Scripted::part(3, 0, 1));
  rig.run_until([&] { return !rig.coordinator->trouble().empty(); });
  CHECK(rig.coordinator->trouble() == "worker 0: part 3 came after part 1");
}

TEST_CASE("of two workers one may be lost, when losses are tolerated") {
  for (const bool tolerated : {true, false}) {
    CAPTURE(tolerated);
    Rig rig;
    auto [here, there] = Channel::pair();
    auto [other_here, other] = Channel::pair();
    rig.coordinator->add_worker(std::move(here));
    rig.coordinator->add_worker(std::move(other_here));
    rig.coordinator->tolerate_loss(tolerated);
    there.send(Armed{0, {}});
    other.send(Armed{1, {}});
    CHECK(rig.arm().empty());
    rig.coordinator->start(Clock::now(), 0);
    other = Channel();
    rig.run_until([&] { return !rig.coordinator->marks().empty(); });
    CHECK(rig.coordinator->trouble() == (tolerated ? "" : "worker 1: it went away"));
    CHECK(rig.coordinator->marks()[0].kind == "worker_lost");
    CHECK(rig.coordinator->incomplete() == std::vector<std::uint32_t>{0, 1});
    Part last = Scripted::part(1, 10, 10);
    last.last = true;
    there.send(last);
    CHECK_FALSE(rig.finished());
    CHECK(rig.coordinator->incomplete() == std::vector<std::uint32_t>{1});
    Part adjustment;
    adjustment.worker = 1;
    Tally& tally = adjustment.slices[{0, 0, 0, 0}].tally;
    tally.scheduled = tally.ended[static_cast<std::size_t>(Outcome::blind_worker_lost)] = 9;
    rig.coordinator->settle(adjustment);
    CHECK(rig.coordinator->incomplete().empty());
  }
}

TEST_CASE("a remote worker may not have heard how far the plan reaches") {
  struct Row {
    const char* why;
    RunOffset last_made;
    bool parted;
    std::vector<std::uint32_t> incomplete;
  };
  for (const Row& row : {
           Row{"it played the plan to its end", 10s, false, {}},
           Row{"it ended where the plan ended before", 9s, false, {0}},
           Row{"its drain was long, and its connection had ended", 11s, true, {0}},
       }) {
    CAPTURE(row.why);
    Rig rig;
    auto [here, there] = Channel::pair();
    rig.coordinator->add_worker(std::move(here), true);
    rig.coordinator->joined({});
    there.send(Armed{0, {}});
    CHECK(rig.arm().empty());
    rig.coordinator->start(Clock::now(), 0);
    rig.coordinator->until({9s, {}});
    if (row.parted) rig.coordinator->parted(0);
    rig.coordinator->until({10s, {}});
    Part last = Scripted::part(1, 10, 10);
    last.made_at = row.last_made;
    last.last = true;
    there.send(last);
    CHECK(rig.finished());
    CHECK(rig.coordinator->incomplete() == row.incomplete);
    rig.coordinator->settle(Part{});  // nothing is missing
    CHECK(rig.coordinator->incomplete().empty());
  }
}

TEST_CASE("a coordinator that is resumed knows what its journal holds") {
  Scripted rig;
  rig.worker.send(Scripted::part(1, 10, 4));
  rig.coordinator->mark({1s, "phase", "before", "", ""});
  CHECK(rig.expect<Acknowledge>().sequence == 1);
  rig.coordinator.reset();

  auto [here, there] = Channel::pair();
  Coordinator again(rig.io, rig.directory.path(), RunHeader{});
  CHECK_THROWS_AS(again.resume(small_assignment()), UserError);  // of no worker
  Coordinator resumed(rig.io, rig.directory.path(), RunHeader{});
  resumed.add_worker(std::move(here));
  resumed.resume(small_assignment());
  CHECK(resumed.header().run_id == "test-run");
  CHECK(resumed.marks().size() == 1);
  CHECK(resumed.live().open() == 6);
  CHECK(resumed.received(0) == 1);
  there.send(Scripted::part(1, 10, 4));  // it did not hear that it stands there
  Part last = Scripted::part(2, 0, 6);
  last.last = true;
  there.send(last);
  rig.run_until([&] { return resumed.incomplete().empty(); });
  resumed.end({2s, false, ""});
  CHECK(Journalled(resumed.journal_path()).recording.open() == 0);
  Coordinator late(rig.io, rig.directory.path(), RunHeader{});
  CHECK_THROWS_AS(late.resume(small_assignment()), UserError);  // it has ended
}

TEST_CASE("a journal that is there already is not written over") {
  Scripted rig;
  rig.coordinator->end({1s, false, ""});
  Coordinator other(rig.io, rig.directory.path(), RunHeader{});
  CHECK_THROWS(other.start(Clock::now(), 0));
}

}  // namespace
}  // namespace loadgen
