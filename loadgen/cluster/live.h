// What is known of a run while it runs: counts per second for ever, histograms of the last seconds
// only.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "loadgen/core/recording.h"

namespace loadgen {

/// Sums parts as they arrive. Memory is flat: a few hundred bytes per second and workload,
/// histograms for the last kKeep seconds. One thread.
class LiveView {
 public:
  static constexpr RunSecond kKeep = 15;

  struct Second {
    std::uint64_t scheduled = 0, blind = 0, ok = 0, failed = 0, timed_out = 0, not_sent = 0,
                  unfinished = 0;
    std::uint64_t in_flight = 0;
    OutcomeCounts failed_by{};  // by class
    std::uint64_t planned() const { return scheduled - blind; }
    std::uint64_t ended() const { return blind + ok + failed + timed_out + not_sent + unfinished; }
  };
  /// The sum over some seconds, with the histograms that are still kept.
  struct Window {
    Second sum;
    RunSecond seconds = 0;
    Histogram response_ok, send_lag;
    /// planned − ok − still open: what counts against the error rate so far.
    std::uint64_t bad() const { return sum.failed + sum.timed_out + sum.not_sent + sum.unfinished; }
  };
  struct Key {
    std::uint16_t group = 0, workload = 0;
    auto operator<=>(const Key&) const = default;
  };

  void add(const Part& part);
  /// Not waited for until its next part.
  void forget(std::uint32_t worker);
  /// The last second for which a part has arrived from every worker heard so far and not forgotten;
  /// −1 before that.
  /// Once all have finished, the last one in which a ticket fell due.
  RunSecond newest() const { return newest_; }
  /// How many workers have been heard and are not forgotten.
  std::size_t heard() const { return heard_.size(); }
  /// Seconds [from, to) of one workload in one group.
  Window window(Key key, RunSecond from, RunSecond to) const;
  /// Empty when nothing was reported.
  const std::map<RunSecond, Second>& seconds(Key key) const;
  std::uint64_t open() const;

 private:
  bool forget_quietly(std::uint32_t worker);
  void find_newest();
  struct Kept {
    Histogram response_ok, send_lag;
  };
  std::map<Key, std::map<RunSecond, Second>> seconds_;
  std::map<std::pair<Key, RunSecond>, Kept> kept_;
  std::map<std::uint32_t, RunSecond> heard_;       // up to which second, of each worker
  std::map<RunSecond, std::uint32_t> workers_at_;  // how many were heard up to which second
  RunSecond newest_ = -1;
  RunSecond last_due_ = -1;
};

}  // namespace loadgen
