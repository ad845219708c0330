// The engine: one thread's event loop. Takes tickets up when they are due, waits for sockets and
// deadlines in between, and hands over a part each wall second. Design: design.md 6.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/drive/driver.h"
#include "loadgen/drive/tickets.h"
#include "loadgen/drive/withheld_cpu.h"

namespace loadgen {

/// Made, run and destroyed on one thread; only `wake` may be called from another.
class Engine {
 public:
  struct Options {
    const Scenario& scenario;
    std::uint64_t seed = 0;
    Share share;
    const std::vector<Variables>& variables;  // per group
    const std::vector<std::string>& secrets;
    std::uint64_t max_requests = 0;  // of the whole run; 0 = no limit
    std::string_view run_id{};
    std::uint64_t parts_before = 0;  // made by an earlier process of this share
  };
  /// What the owner of the engine does. Both are called on the engine's thread, `mail` after each
  /// `wake`.
  struct Owner {
    std::function<void(Part&&)> part;
    std::function<void()> mail;
  };

  Engine(const Options& options, const DriverFactory& factory);
  ~Engine();

  /// Opens connections ahead until all drivers are settled or `patience` is over. Returns what is
  /// wrong with the targets.
  std::vector<std::string> open_ahead(Duration patience);

  /// Runs from now until `start` was called, the plan is over and every ticket has ended. Then the
  /// last part was given.
  void run(const Owner& owner);

  // To be called from `Owner::mail`:
  /// Run offset 0 is at `at`; what falls due before `from` is left out.
  void start(Instant at, RunOffset from = RunOffset{0});
  void until(RunOffset end, const std::vector<LoadWindow>& windows);
  void stop(bool abort);
  bool started() const { return started_; }

  /// Instead of `run`: the open-loop tickets due before `end`, by slice. Nothing is sent.
  std::map<SliceKey, std::uint64_t> rehearse(RunOffset end, const std::vector<LoadWindow>& windows);

  /// Ends the current wait. Any thread.
  void wake() { readiness_.wake(); }

  /// A ticket whose turn comes later than this is not sent but blind (no catch-up), and a gap this
  /// long in which the process did not run makes the tickets open in it blind.
  static constexpr Duration kTooLate = std::chrono::milliseconds(100);

 private:
  void step(Instant deadline);
  void note_gap(Instant now, Instant expected);
  void take_up_due(Instant now);
  void take_up(const Ticket& ticket, Instant now);
  void take_up_freed();
  Instant next_wake() const;
  void second_over(Instant now, const Owner& owner);
  Part make_part(Instant now, bool last);
  std::uint64_t open() const;

  const Scenario& scenario_;
  std::size_t workloads_;
  Readiness readiness_;
  Resolver resolver_;
  Scorer scorer_;
  Tickets tickets_;
  std::vector<std::unique_ptr<Driver>> drivers_;  // by group, then workload
  bool started_ = false;
  bool stopped_ = false;
  bool aborted_ = false;
  Instant start_ = Instant::max();
  Instant end_ = Instant::max();  // where the plan ends
  Duration drain_{0};
  Instant next_second_ = Instant::max();
  Instant ran_until_{};  // when this thread last knew itself running
  std::int64_t cpu_user_us_ = 0, cpu_system_us_ = 0;
  WithheldCpu withheld_cpu_;
};

}  // namespace loadgen
