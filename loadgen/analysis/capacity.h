// The search for the highest load that holds, and how a step of it is judged.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "loadgen/core/capacity.h"
#include "loadgen/core/result.h"

namespace loadgen {

/// Which load is tried next: doubled while it holds (or halved until it does), then the middle of
/// what held and what did not, on a logarithmic scale, until both are within 1 % (or one client);
/// then what held is tried once more. A load that fails when it is repeated did not hold.
/// Pure; a regular value.
class CapacitySearch {
 public:
  /// from: the first load, 1 ≤ from ≤ most. whole: only whole numbers, of clients.
  CapacitySearch(double from, double most, bool whole);

  /// The load to try; nothing when the search is over.
  std::optional<double> next() const { return next_; }
  /// The next one held before: it is only repeated.
  bool repeats() const { return repeats_; }
  /// How the load `next()` went.
  void record(bool held);

  std::optional<double> highest() const;  // of those that held
  std::optional<double> missed() const { return missed_; }

 private:
  void choose();
  double middle() const;

  double first_, least_, most_;
  bool whole_;
  std::vector<double> held_;  // ascending, all below missed_
  std::optional<double> missed_;
  std::optional<double> next_;
  bool repeats_ = false, confirmed_ = false;
  int tried_ = 0;
};

/// How the run of one step went, by the checks of [capacity] and whether the response time was
/// still rising: Mann-Kendall z > 1.96 over the seconds' ln p50, and more than 10 % over the phase
/// by Theil and Sen (statistics.md 2.3). `level` is only carried. Pure.
CapacityStep judge_step(const Result& result, const std::string& workload, double level);

/// An undecided step's: whether every limit is kept by the observed value.
bool kept_as_observed(const Result& result);

}  // namespace loadgen
