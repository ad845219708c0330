// How much may be taken from a connection per second.
#pragma once

#include <algorithm>
#include <cstddef>

#include "loadgen/core/units.h"

namespace loadgen {

/// A bucket that fills with time. Pure: time is an argument. Regular value.
class Allowance {
 public:
  static constexpr double kFramesPerSecond = 1000;
  static constexpr double kBytesPerSecond = 64 << 20;

  /// A frame of so many bytes was taken. Returns how long to wait before the next one.
  Duration take(std::size_t bytes, Instant now) {
    const double gained = to_seconds(now - filled_) * kFramesPerSecond;
    left_ = std::min(kFramesPerSecond, left_ + gained);
    filled_ = now;
    left_ -= 1 + static_cast<double>(bytes) * kFramesPerSecond / kBytesPerSecond;
    return left_ >= 0 ? Duration{0} : from_seconds(-left_ / kFramesPerSecond);
  }

 private:
  double left_ = kFramesPerSecond;  // frames; a second's worth may come at once
  Instant filled_{};
};

}  // namespace loadgen
