#include "loadgen/cluster/worker.h"

#include <doctest/doctest.h>

#include <semaphore>

#include "fake_run.h"
#include "loadgen/core/error.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::FakeRule;
using test::small_assignment;
using test::Workers;

/// The coordinator's end of a channel, its messages waited for.
struct Peer {
  explicit Peer(Channel its) : channel(std::move(its)) {
    channel.on_arrival([this] { arrived.release(); });
  }
  ~Peer() { channel.on_arrival(nullptr); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  std::optional<Message> next() {
    for (;;) {
      if (auto message = channel.receive()) return message;
      if (channel.closed()) return std::nullopt;
      REQUIRE(arrived.try_acquire_for(60s));
    }
  }
  template <class Wanted>
  Wanted expect() {
    const auto message = next();
    REQUIRE(message);
    REQUIRE(std::holds_alternative<Wanted>(*message));
    return std::get<Wanted>(*message);
  }
  std::counting_semaphore<> arrived{0};
  Channel channel;
};

TEST_CASE("assigned, armed, started, reported, acknowledged, gone") {
  Workers workers;
  Peer peer(workers.add());
  Assign assign = small_assignment();
  assign.worker = 1;
  assign.of = 2;
  peer.channel.send(assign);
  const Armed armed = peer.expect<Armed>();
  CHECK(armed.worker == 1);
  CHECK(armed.problems.empty());
  peer.channel.send(Start{Clock::now()});
  peer.channel.send(Until{1300ms, {}});
  Recording recording;
  for (std::uint64_t sequence = 1;; ++sequence) {
    const Part part = peer.expect<Part>();
    CHECK(part.worker == 1);
    CHECK(part.sequence == sequence);
    REQUIRE(imbalance(part, recording) == "");
    recording += part;
    if (!part.last) continue;
    peer.channel.send(Acknowledge{sequence});
    break;
  }
  CHECK(recording.open() == 0);
  std::uint64_t scheduled = 0;
  for (const auto& [key, slice] : recording.slices) scheduled += slice.tally.scheduled;
  CHECK(scheduled == 130);
  CHECK_FALSE(peer.next());  // it leaves when all is acknowledged
}

TEST_CASE("what is wrong before the start is told in Armed, and then the worker is gone") {
  struct Row {
    std::string why;
    std::string text;
    FakeRule rule;
    std::string problem;
  };
  FakeRule refused;
  refused.problem = "target: nobody there";
  for (const Row& row : {
           Row{"a target does not answer", test::kScenarioText, refused, "nobody there"},
           Row{"a scenario that is wrong", "schema = 1\nfoo = 2\n", {}, "foo"},
       }) {
    CAPTURE(row.why);
    Workers workers(row.rule);
    Peer peer(workers.add());
    Assign assign = small_assignment();
    assign.scenario_text = row.text;
    peer.channel.send(assign);
    const Armed armed = peer.expect<Armed>();
    REQUIRE_FALSE(armed.problems.empty());
    CHECK(armed.problems[0].find(row.problem) != std::string::npos);
    CHECK_FALSE(peer.next());
  }
}

TEST_CASE("without preflight a target that does not answer is no reason to stay") {
  FakeRule refused;
  refused.problem = "target: nobody there";
  Workers workers(refused);
  Peer peer(workers.add());
  Assign assign = small_assignment();
  assign.preflight = false;
  peer.channel.send(assign);
  CHECK(peer.expect<Armed>().problems.empty());
  peer.channel.send(Stop{true});
  CHECK_FALSE(peer.next());
}

TEST_CASE("a driver that can't be made: the user's mistake in Armed, anything else as Failed") {
  Workers workers;
  {
    Peer peer(workers.add(
        [](const DriverSetup&) -> std::unique_ptr<Driver> { throw UserError("tls.ca is wrong"); }));
    peer.channel.send(small_assignment());
    CHECK(peer.expect<Armed>().problems == std::vector<std::string>{"tls.ca is wrong"});
    CHECK_FALSE(peer.next());
  }
  Peer peer(workers.add([](const DriverSetup&) -> std::unique_ptr<Driver> {
    throw std::runtime_error("out of descriptors");
  }));
  Assign assign = small_assignment();
  assign.worker = 3;
  assign.of = 4;
  peer.channel.send(assign);
  const Failed failed = peer.expect<Failed>();
  CHECK(failed.worker == 3);
  CHECK(failed.reason == "out of descriptors");
  CHECK_FALSE(peer.next());
}

TEST_CASE("a stop: open tickets are blind when it is an abort, unfinished when not") {
  for (const bool abort : {true, false}) {
    CAPTURE(abort);
    FakeRule never;
    never.service.reset();
    Workers workers(never);
    Peer peer(workers.add());
    peer.channel.send(small_assignment());
    peer.expect<Armed>();
    peer.channel.send(Start{Clock::now()});
    peer.channel.send(Until{1h, {}});
    Recording recording;
    recording += peer.expect<Part>();  // one second of it
    peer.channel.send(Stop{abort});
    for (bool last = false; !last;) {
      const Part part = peer.expect<Part>();
      recording += part;
      last = part.last;
      if (last) peer.channel.send(Acknowledge{part.sequence});
    }
    OutcomeCounts ended{};
    for (const auto& [key, slice] : recording.slices) {
      for (std::size_t i = 0; i < kOutcomes; ++i) ended[i] += slice.tally.ended[i];
    }
    const Outcome outcome = abort ? Outcome::blind_aborted : Outcome::unfinished;
    CHECK(ended[static_cast<std::size_t>(outcome)] +
              ended[static_cast<std::size_t>(Outcome::blind_stalled)] >
          0);
    CHECK(recording.open() == 0);
    CHECK_FALSE(peer.next());
  }
}

TEST_CASE("a worker whose coordinator goes away ends, at whatever stage") {
  for (const std::string stage : {"before it was assigned", "armed", "running"}) {
    CAPTURE(stage);
    Workers workers;
    {
      Peer peer(workers.add());
      if (stage != "before it was assigned") {
        peer.channel.send(small_assignment());
        peer.expect<Armed>();
      }
      if (stage == "running") {
        peer.channel.send(Start{Clock::now()});
        peer.channel.send(Until{1h, {}});
        peer.expect<Part>();
      }
    }
    workers.join();
  }
}

TEST_CASE("the environment and the variables of the assignment are all that a worker has") {
  Workers workers;
  std::vector<Variables> seen;
  std::vector<std::string> urls;
  std::mutex mutex;
  Peer peer(workers.add([&](const DriverSetup& setup) {
    const std::lock_guard lock(mutex);
    seen.push_back(setup.variables);
    urls.push_back(setup.scenario.groups[setup.group].base_url);
    static const FakeRule kRule;
    return std::make_unique<test::FakeDriver>(setup, kRule);
  }));
  Assign assign = small_assignment();
  const std::size_t at = assign.scenario_text.find("127.0.0.1");
  assign.scenario_text.replace(at, 9, "${ONLY_THERE}");
  assign.environment["ONLY_THERE"] = "10.1.2.3";
  assign.overrides = {"workloads.home.rate=7"};
  assign.variables = {{{"token", "a"}}, {{"token", "b"}}};
  peer.channel.send(assign);
  CHECK(peer.expect<Armed>().problems.empty());
  peer.channel.send(Stop{true});
  CHECK_FALSE(peer.next());
  const std::lock_guard lock(mutex);
  CHECK(urls == std::vector<std::string>{"http://10.1.2.3:1", "http://127.0.0.1:1"});
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].at("token") == "a");
  CHECK(seen[1].at("token") == "b");
}

}  // namespace
}  // namespace loadgen
