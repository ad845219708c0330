// What a coordinator believes of the parts that it is sent.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "loadgen/core/recording.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

/// Enough of what was reported to tell a part that can't be true before it stands in the journal:
/// the tallies of slices that are still open, the ledger, and what the scenario consists of.
/// Regular value; one thread.
class Balance {
 public:
  /// Of a run that has not begun: every part is too much.
  Balance() = default;
  explicit Balance(const Scenario& scenario);

  /// Empty, or what is wrong with a part: it ends tickets that did not fall due (`imbalance`), or
  /// tells of what the scenario does not have, or of seconds that are far from having come. `now`:
  /// the run offset. Pure.
  std::string refuses(const Part& part, RunOffset now) const;
  /// One that it does not refuse.
  void add(const Part& part);

 private:
  bool planned(const SliceKey& key) const;

  Recording open_;
  std::size_t groups_ = 0;
  std::vector<std::size_t> operations_;  // by workload
};

}  // namespace loadgen
