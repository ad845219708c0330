// What was measured so far, for whoever asks at any time: counts of tickets, and times in a few
// wide buckets.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/recording.h"
#include "loadgen/core/run_record.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

/// A distribution in fixed buckets, of which each holds the values above the bound before it and up
/// to its own. A value counts by the bucket of the histogram that it stood in: one that is up to
/// 0.1 % above a bound may count as within it. Regular value.
struct WideBuckets {
  static constexpr std::array<std::int64_t, 18> kBoundsUs{
      100,       250,       500,       1'000,      2'500,      5'000,
      10'000,    25'000,    50'000,    100'000,    250'000,    500'000,
      1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000};
  std::array<std::uint64_t, kBoundsUs.size()> counts{};
  std::uint64_t total = 0;  // those above the last bound, too
  std::uint64_t sum_us = 0;

  void add(const SparseHistogram& values);
  bool operator==(const WideBuckets&) const = default;
};

/// Sums parts as they arrive: once a second and worker, never by request. Memory does not grow with
/// the run. Any thread may call anything.
class RunningTotals {
 public:
  /// Seconds that the rate of sending is looked at over.
  static constexpr RunSecond kRecent = 10;

  /// One workload in one group.
  struct Row {
    std::string group, workload;
    bool closed_loop = false, of_postgres = false;
    std::uint64_t scheduled = 0;
    OutcomeCounts ended{};
    std::uint64_t in_flight = 0;
    /// (planned − not sent) / scheduled of the last kRecent seconds; nothing in closed loop, and
    /// while nothing fell due.
    std::optional<double> achieved;
    WideBuckets response_ok, send_lag;
  };
  struct State {
    std::vector<Row> rows;  // of every group and workload of the scenario, in its order
    std::string phase;      // "warmup", "before", "during", "after"; "" outside of all
  };

  /// Says what groups and workloads there are. The first time counts; parts that come before are
  /// counted, and told from then on.
  void describe(const Scenario& scenario);
  void add(const Part& part);
  void add(const Mark& mark);
  State state() const;

 private:
  struct Second {
    std::uint64_t scheduled = 0, unsent = 0;
  };
  struct Sums {
    std::uint64_t scheduled = 0;
    OutcomeCounts ended{};
    WideBuckets response_ok, send_lag;
    std::map<std::uint32_t, std::uint64_t> in_flight;  // by worker
    std::map<RunSecond, Second> recent;
  };
  using Key = std::pair<std::uint16_t, std::uint16_t>;  // group, workload

  mutable std::mutex lock_;  // held for what a part costs to add: about 0.1 ms
  std::vector<std::pair<Key, Row>> named_;
  std::map<Key, Sums> sums_;
  std::string phase_;
};

}  // namespace loadgen
