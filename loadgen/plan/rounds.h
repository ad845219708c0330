// Benchmark mode: the groups take turns instead of running side by side.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "loadgen/core/units.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

/// One group's stretch of a round. The first tenth of it (at least a second) is sent and not
/// judged: caches, connections and what the other group left behind settle meanwhile.
struct Turn {
  std::uint32_t round = 0;  // from 0
  std::uint16_t group = 0;
  RunSecond from = 0, judged = 0, to = 0;
  bool operator==(const Turn&) const = default;
};

/// Whose turn it is, by the run's clock: a pure function of the scenario, so that every worker
/// knows. A round is a turn of the control group (A) and one of the experimental group (B); every
/// second round goes the other way round, ABBA, so that a drift which is steady cancels out. The
/// turns divide `before` evenly; warm-up is halved, first A, then B. Without rounds every group has
/// its turn always. Regular value.
class Rounds {
 public:
  explicit Rounds(const Scenario& scenario);

  bool any() const { return rounds_ > 0; }
  /// Whether tickets that are due at `at` go to the group.
  bool has(std::uint16_t group, RunOffset at) const { return rounds_ == 0 || whose(at) == group; }
  /// The first instant from `at` on that is the group's turn. The pattern goes on after the last
  /// round, so there always is one.
  RunOffset next(std::uint16_t group, RunOffset at) const;
  /// How much of [from, to) is the group's turn.
  Duration length_within(std::uint16_t group, RunOffset from, RunOffset to) const;
  /// The turns of `before`, in time order; empty without rounds.
  std::vector<Turn> turns() const;

 private:
  std::uint16_t whose(RunOffset at) const;
  RunOffset end_of_turn(RunOffset at) const;

  std::uint32_t rounds_ = 0;
  std::uint16_t a_ = 0, b_ = 1;
  RunOffset warm_half_{0}, warm_end_{0};
  Duration turn_{1};
};

/// How long each turn is; nothing when `before` can't be divided into whole seconds so that each
/// turn has at least three. Pure.
std::optional<Duration> turn_length(Duration before, std::uint32_t rounds);

}  // namespace loadgen
