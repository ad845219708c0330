// The edges of the phases, and how they move.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/units.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

/// Where each phase begins, in whole run seconds; ascending. A phase without length begins where
/// the next one does. Regular value. Pure.
struct Timeline {
  RunSecond before = 0, during = 0, after = 0, end = 0;  // warmup begins at 0

  explicit Timeline(const Phases& phases);
  /// Moves the begin of `during` and all that follows to a later second.
  void move_during(RunSecond to);
  /// Moves the begin of `after` and the end.
  void move_after(RunSecond to);
  bool operator==(const Timeline&) const = default;
};

/// The offset of a whole second.
constexpr RunOffset at_second(RunSecond second) { return std::chrono::seconds(second); }
/// The first whole second that is not before `offset`. Pure.
constexpr RunSecond next_second(RunOffset offset) {
  return static_cast<RunSecond>(std::chrono::ceil<std::chrono::seconds>(offset).count());
}

/// By how much the gate may extend `before` next: a quarter of its planned length, at least 5 s,
/// and no more than twice that length in all; nothing when it is used up. Pure.
std::optional<RunSecond> next_extension(RunSecond planned, RunSecond now);

/// How long open tickets get after the end of the schedule: the smaller of timeout and 2 s, the
/// longest over the workloads (contract.md 3). Pure.
Duration drain_of(const Scenario& scenario);

/// "6.1 s". Pure.
std::string print_seconds(Duration d);

}  // namespace loadgen
