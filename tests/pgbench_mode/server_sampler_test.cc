#include "pgbench_mode/server_sampler.h"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

using namespace loadgen;
using namespace loadgen::pgbench;
using namespace std::chrono_literals;

namespace {

/// A look that hangs until it is let go.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void await_waiting() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

ServerSample answer(const std::string& node) {
  ServerSample sample;
  sample.group = "g";
  sample.node = node;
  return sample;
}

ServerSampler::Looker looker(const std::string& node, ServerSampler::Look look) {
  return {{"g", node, ""}, std::move(look), [] { return false; }};
}

/// Samples until there are `n`.
std::vector<ServerSample> await(ServerSampler& sampler, std::size_t n) {
  std::vector<ServerSample> all;
  const Instant give_up = Clock::now() + 20s;
  while (all.size() < n && Clock::now() < give_up) {
    for (ServerSample& sample : sampler.take()) all.push_back(std::move(sample));
    std::this_thread::sleep_for(1ms);
  }
  REQUIRE(all.size() >= n);
  return all;
}

}  // namespace

TEST_CASE("each second is looked at in its middle, one that hangs holds up no other") {
  // Owned by the test and the thread that may outlive it.
  const auto gate = std::make_shared<Gate>();
  std::atomic<int> looks{0};
  ServerSampler sampler({looker("quick",
                                [&] {
                                  ++looks;
                                  return answer("quick");
                                }),
                         looker("hangs", [gate] {
                           gate->wait();
                           return answer("hangs");
                         })});
  const Instant zero = Clock::now() - 10s;  // as if the run had gone on for a while
  sampler.begin(zero);
  gate->await_waiting();
  const std::vector<ServerSample> samples = await(sampler, 3);
  for (const ServerSample& sample : samples) CHECK(sample.node == "quick");
  CHECK(samples[0].at >= 10s);
  CHECK(samples[0].took >= 0s);
  const Duration into = samples[1].at - std::chrono::floor<std::chrono::seconds>(samples[1].at);
  CHECK(into >= 500ms);  // the first was late
  CHECK(run_second(samples[2].at) > run_second(samples[1].at));

  const std::vector<ServerSample> rest = sampler.end(Clock::now());
  REQUIRE_FALSE(rest.empty());
  CHECK(rest.back().node == "hangs");
  CHECK(rest.back().problem == "no answer until the run ended");
  CHECK(rest.back().took > 0s);
  gate->open();
  CHECK(sampler.take().empty());
  const int looked = looks;
  CHECK(sampler.end(Clock::now()).empty());
  CHECK(looks == looked);
}

TEST_CASE("what hangs for ever is left to its thread") {
  const auto gate = std::make_shared<Gate>();
  const Instant begun = Clock::now();
  {
    ServerSampler sampler({looker("hangs", [gate] {
      gate->wait();
      return answer("hangs");
    })});
    sampler.begin(Clock::now() - 1s);
    gate->await_waiting();
  }
  CHECK(Clock::now() - begun < ServerSampler::kPatience + 20s);
  CHECK(Clock::now() - begun >= ServerSampler::kPatience);
  gate->open();
}

TEST_CASE("what is hopeless is looked at once, and a sampler that never began ends at once") {
  std::atomic<int> looks{0};
  const auto look = [&] {
    ++looks;
    return answer("pooler");
  };
  ServerSampler sampler({{{"g", "pooler", ""}, look, [] { return true; }},
                         looker("witness", [] { return answer("witness"); })});
  sampler.begin(Clock::now() - 1s);
  std::size_t pooler = 0;
  for (const ServerSample& sample : await(sampler, 4)) pooler += sample.node == "pooler";
  CHECK(pooler == 1);  // and the witness three times meanwhile
  CHECK(looks == 1);
  const ServerSampler idle({looker("x", look)});
  CHECK(looks == 1);
}
