// An interval of numbers.
#pragma once

namespace loadgen::stats {

/// low ≤ high, both finite, in the unit of what it is an interval of.
struct Interval {
  double low = 0, high = 0;
  bool operator==(const Interval&) const = default;
};

}  // namespace loadgen::stats
