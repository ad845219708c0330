// The engine thread's accumulator: counts and dense histograms that become a Part once a wall
// second.
#pragma once

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "loadgen/core/recording.h"

namespace loadgen {

/// A tally with histograms at work.
struct Cell {
  struct StatementAtWork {
    std::uint64_t failed = 0, retried = 0;
    Histogram took;
  };
  Tally tally;
  std::array<Histogram, kMeasures> histograms;
  std::vector<StatementAtWork> statements;  // by place in the script; grows to the last one seen

  void record(Measure m, Duration value) { histograms[static_cast<std::size_t>(m)].record(value); }
  StatementAtWork& statement(std::uint16_t place) {
    if (place >= statements.size()) statements.resize(place + std::size_t{1});
    return statements[place];
  }
};

/// Owned and used by one engine thread. Allocates only when a second is touched for the first time,
/// and reuses cells of seconds that were taken.
class Recorder {
 public:
  /// An earlier process of this worker may have made `parts_before` parts: the numbers of parts and
  /// of connections go on after those that it has used.
  explicit Recorder(std::uint32_t worker, std::uint64_t parts_before = 0)
      : worker_(worker),
        sequence_(parts_before),
        first_connection_(static_cast<std::uint32_t>(parts_before * kConnectionsPerPart)) {}

  /// The cell of `key`; valid until `take_part`. The last ones asked for are remembered, so asking
  /// again is cheap, also when groups take turns.
  Cell& cell(const SliceKey& key) {
    const Remembered& last = remembered_[slot_of(key)];
    return last.cell != nullptr && last.key == key ? *last.cell : find_cell(key);
  }
  /// At most five per (group, workload, outcome) and wall second are kept; the rest are counted
  /// elsewhere already. A wall second reaches from one `take_part` to the next.
  bool wants_sample(const SliceKey& key, Outcome outcome) const;
  /// Keeps `sample` if it is wanted.
  void add_sample(ErrorSample sample);

  /// A connection whose writes are audited: its number in the ledger, from 0 in a worker's first
  /// process.
  std::uint32_t open_ledger(std::uint16_t group, std::uint16_t workload);
  /// What became of one of its attempts. Allocates only while the connection's outcomes within one
  /// wall second change more often than ever before.
  void note_ledger(std::uint32_t connection, const LedgerRange& one);
  /// Of probes, whose few tickets and attempts are told one by one. `worker` is filled in.
  void add(ProbeAnswer answer) {
    answer.worker = worker_;
    probe_answers_.push_back(answer);
  }
  void add(ProbeAttempt attempt) {
    attempt.worker = worker_;
    probe_attempts_.push_back(attempt);
  }

  /// Moves what was gathered since the last call into a part with the next sequence number.
  /// Asserts conservation over all parts taken so far, and with `last` that nothing is left open.
  /// CPU and first send are left for the worker to fill in.
  Part take_part(RunOffset now, bool last);

 private:
  struct KeyHash {
    std::size_t operator()(const SliceKey& k) const {
      return (std::size_t(std::uint32_t(k.second)) << 24) ^ (std::size_t(k.group) << 16) ^
             (std::size_t(k.workload) << 8) ^ k.operation;
    }
  };
  struct Remembered {
    SliceKey key;
    Cell* cell = nullptr;
  };
  static constexpr std::size_t kRemembered = 16;
  // Two groups in two adjacent seconds never share a slot: the usual working set.
  static std::size_t slot_of(const SliceKey& key) {
    return (key.group ^ (key.workload << 1) ^ (key.operation << 2) ^
            (static_cast<std::uint32_t>(key.second) << 3)) %
           kRemembered;
  }
  Cell& find_cell(const SliceKey& key);

  // No process opens so many before its first part, and 12 days of parts fit.
  static constexpr std::uint64_t kConnectionsPerPart = 4096;

  std::uint32_t worker_;
  std::uint64_t sequence_;
  std::uint32_t first_connection_;
  std::array<Remembered, kRemembered> remembered_{};
  std::unordered_map<SliceKey, std::unique_ptr<Cell>, KeyHash> cells_;
  std::vector<std::unique_ptr<Cell>> spare_;
  std::map<SliceKey, std::int64_t> open_;  // per slice, over all parts taken; erased at 0
  std::vector<ErrorSample> samples_;
  struct LedgerAtWork {
    std::uint16_t group = 0, workload = 0;
    std::vector<LedgerRange> ranges;  // since the last part, in order of arrival
  };
  std::vector<LedgerAtWork> ledger_;  // by connection
  std::vector<ProbeAnswer> probe_answers_;
  std::vector<ProbeAttempt> probe_attempts_;
};

}  // namespace loadgen
