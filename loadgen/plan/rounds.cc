#include "loadgen/plan/rounds.h"

#include <algorithm>

#include "loadgen/core/assert.h"

namespace loadgen {
namespace {

using std::chrono::seconds;

constexpr Duration kShortestTurn = seconds(3);

RunSecond whole_seconds(Duration d) {
  return static_cast<RunSecond>(std::chrono::duration_cast<seconds>(d).count());
}

}  // namespace

Rounds::Rounds(const Scenario& scenario) : rounds_(scenario.experiment.rounds) {
  if (rounds_ == 0) return;
  LG_ASSERT(scenario.control() != nullptr && scenario.experimental() != nullptr);
  a_ = static_cast<std::uint16_t>(scenario.group_index(scenario.control()->name));
  b_ = static_cast<std::uint16_t>(scenario.group_index(scenario.experimental()->name));
  warm_half_ = scenario.phases.warmup / 2;
  warm_end_ = scenario.phases.warmup;
  const auto turn = turn_length(scenario.phases.before, rounds_);
  LG_ASSERT(turn.has_value());
  turn_ = *turn;
}

std::uint16_t Rounds::whose(RunOffset at) const {
  if (at < warm_end_) return at < warm_half_ ? a_ : b_;
  // A B | B A | A B | …: of every four turns the first and the last are A's.
  const std::int64_t turn = (at - warm_end_) / turn_;
  return turn % 4 == 0 || turn % 4 == 3 ? a_ : b_;
}

RunOffset Rounds::end_of_turn(RunOffset at) const {
  if (at < warm_end_) return at < warm_half_ ? warm_half_ : warm_end_;
  return warm_end_ + turn_ * ((at - warm_end_) / turn_ + 1);
}

RunOffset Rounds::next(std::uint16_t group, RunOffset at) const {
  while (!has(group, at)) at = end_of_turn(at);
  return at;
}

Duration Rounds::length_within(std::uint16_t group, RunOffset from, RunOffset to) const {
  if (rounds_ == 0) return std::max(Duration{0}, to - from);
  Duration sum{0};
  while (from < to) {
    const RunOffset end = std::min(to, end_of_turn(from));
    if (has(group, from)) sum += end - from;
    from = end;
  }
  return sum;
}

std::vector<Turn> Rounds::turns() const {
  std::vector<Turn> turns;
  const RunSecond length = whole_seconds(turn_), settling = std::max(1, (length + 9) / 10);
  RunSecond from = whole_seconds(warm_end_);
  for (std::uint32_t i = 0; i < 2 * rounds_; ++i, from += length) {
    turns.push_back({i / 2, whose(seconds(from)), from, from + settling, from + length});
  }
  return turns;
}

std::optional<Duration> turn_length(Duration before, std::uint32_t rounds) {
  const Duration turn = before / (2 * std::int64_t{rounds});
  const bool whole = turn % seconds(1) == Duration{0} && turn * 2 * rounds == before;
  return whole && turn >= kShortestTurn ? std::optional(turn) : std::nullopt;
}

}  // namespace loadgen
