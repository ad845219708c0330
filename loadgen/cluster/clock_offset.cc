#include "loadgen/cluster/clock_offset.h"

#include <algorithm>

namespace loadgen {

ClockReading clock_reading(Instant sent, Instant at, Instant received) {
  const Duration half = (received - sent) / 2;
  // Rounding down the half loses up to a nanosecond, which the bound must not.
  return {at - (sent + half), half + Duration{1}};
}

Duration clock_change(const ClockReading& then, const ClockReading& now) {
  const Duration moved = now.offset - then.offset;
  const Duration allowed = then.bound + now.bound;
  return moved <= allowed && moved >= -allowed ? Duration{0} : moved;
}

void ClockOffset::add(const ClockReading& reading) {
  readings_.push_back(reading);
  if (readings_.size() > kWindow) readings_.pop_front();
}

std::optional<ClockReading> ClockOffset::best() const {
  const auto least = std::min_element(
      readings_.begin(), readings_.end(),
      [](const ClockReading& a, const ClockReading& b) { return a.bound < b.bound; });
  if (least == readings_.end()) return std::nullopt;
  return *least;
}

}  // namespace loadgen
