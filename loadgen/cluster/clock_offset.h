// How far two monotonic clocks are apart, by round trips.
//
//   ours     sent ────────────────── received
//   theirs           at
//
// `at` was read at some moment between `sent` and `received`. Taking it for the middle is wrong by
// at most half the round trip: offset = at − (sent + received) / 2, bound = (received − sent) / 2.
// The quickest round trip says most; the others are forgotten.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "loadgen/core/units.h"

namespace loadgen {

/// Their clock − ours, certain within ± bound.
struct ClockReading {
  Duration offset{0};
  Duration bound{0};
  bool operator==(const ClockReading&) const = default;
};

/// One round trip. Pure.
ClockReading clock_reading(Instant sent, Instant at, Instant received);

/// By how much their clock has moved against ours between two readings; 0 as long as both may be
/// right. Pure.
Duration clock_change(const ClockReading& then, const ClockReading& now);

/// The best reading of the last round trips. Regular value; one thread.
class ClockOffset {
 public:
  /// Older round trips than the last so many are forgotten, so that a drift shows.
  static constexpr std::size_t kWindow = 16;

  void add(const ClockReading& reading);
  /// The one with the smallest bound; nothing before the first.
  std::optional<ClockReading> best() const;
  std::size_t count() const { return readings_.size(); }

 private:
  std::deque<ClockReading> readings_;
};

}  // namespace loadgen
