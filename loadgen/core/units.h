// Units: time, instants and rates that cannot be mixed up by accident.
#pragma once

#include <chrono>
#include <cstdint>

namespace loadgen {

using Clock = std::chrono::steady_clock;
/// A moment on this machine's monotonic clock.
using Instant = Clock::time_point;
/// A length of time.
using Duration = std::chrono::nanoseconds;
/// A moment counted from the run's start (may be negative before it).
using RunOffset = std::chrono::nanoseconds;
/// A whole run second; second s covers run offsets [s, s + 1) seconds.
using RunSecond = std::int32_t;

/// The run second that holds `offset`. Offsets before the start belong to negative seconds. Pure.
constexpr RunSecond run_second(RunOffset offset) {
  return static_cast<RunSecond>(std::chrono::floor<std::chrono::seconds>(offset).count());
}

constexpr std::int64_t whole_us(Duration d) {
  return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

constexpr double to_seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

constexpr Duration from_seconds(double s) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(s));
}

/// Events per second.
struct Rate {
  double per_second = 0;
  constexpr auto operator<=>(const Rate&) const = default;
};

inline namespace literals {
constexpr Rate operator""_rps(unsigned long long n) { return {static_cast<double>(n)}; }
constexpr Rate operator""_rps(long double n) { return {static_cast<double>(n)}; }
}  // namespace literals

}  // namespace loadgen
