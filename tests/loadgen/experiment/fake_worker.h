// A worker for tests: it follows the messages, but instead of sending anything it makes up how its
// tickets end.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "loadgen/cluster/channel.h"

namespace loadgen {

/// What the worker does; every second each group gets kPerSecond tickets of workload 0.
struct WorkerScript {
  static constexpr std::uint64_t kPerSecond = 20;
  std::vector<std::string> problems;  // found in preflight
  bool arms = true;                   // false: it never answers
  bool last_part = true;              // false: it forgets its last part
  RunSecond goes_away_at = -1;        // it disappears at that second
  RunSecond done_at = 3600;           // it has sent all that it has at that second
  std::int64_t response_us = 1000;    // of those that don't fail
  /// How many of the tickets due in a second fail (0 … kPerSecond).
  std::function<std::uint64_t(std::uint16_t group, RunSecond)> failing =
      [](std::uint16_t, RunSecond) { return 0; };
};

/// Runs the script on a thread of its own until its plan is over, or the coordinator is gone.
class FakeWorker {
 public:
  FakeWorker(Channel channel, WorkerScript script, std::uint16_t groups);
  FakeWorker(const FakeWorker&) = delete;
  FakeWorker& operator=(const FakeWorker&) = delete;
  ~FakeWorker() { join(); }
  /// Waits for its end, which comes when the coordinator is gone.
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  /// What it was told; to be looked at after `join`.
  struct Heard {
    Assign assign;
    std::vector<Until> untils;
    std::vector<Stop> stops;
  };
  const Heard& heard() const { return heard_; }

 private:
  void work();
  bool receive();  // false: there is nothing more to do
  void report(RunSecond from, RunSecond to, bool last);

  Channel channel_;
  WorkerScript script_;
  std::uint16_t groups_;
  Heard heard_;
  bool started_ = false;
  bool stopped_ = false;
  Instant start_{};
  RunOffset end_{0};
  std::uint64_t sequence_ = 0;
  std::thread thread_;
};

}  // namespace loadgen
