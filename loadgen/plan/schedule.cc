#include "loadgen/plan/schedule.h"

#include <algorithm>
#include <cmath>

#include "loadgen/core/assert.h"

namespace loadgen {
namespace {

/// splitmix64 (Steele, Lea, Flood 2014): one addition and three multiplications a number.
std::uint64_t splitmix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

/// The upper 53 bits as a number in [0, 1).
double unit_interval(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

bool endless(const Segment& s) { return s.length == Duration::max(); }

/// Events due in the first `length` of a segment.
double area(const Segment& s, Duration length) {
  const double t = to_seconds(length);
  if (endless(s) || s.from == s.to) return s.from * t;
  const double end = s.from + (s.to - s.from) * (t / to_seconds(s.length));
  return (s.from + end) / 2 * t;
}

/// When, in ns from the segment's begin, `x` events of it have fallen due.
/// With rate(t) = from + a·t and a = (to − from) / length, x = from·t + a·t²/2. The usual root
/// (−from + √(from² + 2·a·x)) / a cancels for small a and is 0/0 for none, so it is multiplied out:
/// t = 2·x / (from + √(from² + 2·a·x)), good for every slope, a = 0 included.
double inverse_ns(const Segment& s, double x) {
  if (x <= 0) return 0;
  if (endless(s) || s.from == s.to) return x / s.from * 1e9;
  const double slope = (s.to - s.from) / to_seconds(s.length);
  const double root = std::sqrt(std::max(0.0, s.from * s.from + 2 * slope * x));
  return std::min(2 * x / (s.from + root) * 1e9, static_cast<double>(s.length.count()));
}

}  // namespace

std::vector<Segment> segments_of(const Workload& workload) {
  if (workload.closed_loop()) return {{RunOffset{0}, Duration::max(), 0, 0}};
  if (workload.stages.empty()) {
    return {{RunOffset{0}, Duration::max(), workload.rate.per_second, workload.rate.per_second}};
  }
  std::vector<Segment> segments;
  RunOffset at{0};
  double rate = 0;
  const auto add = [&](Duration length, double to) {
    if (length.count() > 0) segments.push_back({at, length, rate, to});
    at += length;
    rate = to;
  };
  for (const Stage& stage : workload.stages) {
    if (stage.to) add(stage.over, stage.to->per_second);
    add(stage.hold, rate);
  }
  segments.push_back({at, Duration::max(), rate, rate});
  return segments;
}

double expected_events(const std::vector<Segment>& segments, RunOffset t) {
  double events = 0;
  for (const Segment& s : segments) {
    if (t <= s.begin) break;
    events += area(s, endless(s) ? t - s.begin : std::min(t - s.begin, s.length));
  }
  return events;
}

Schedule::Schedule(std::vector<Segment> segments, Arrival arrival, std::uint64_t seed, Share share)
    : segments_(std::move(segments)),
      arrival_(arrival),
      share_(share),
      random_(seed),
      sequence_(share.index) {
  LG_ASSERT(share_.of > 0 && share_.index < share_.of);
  LG_ASSERT(!segments_.empty() && endless(segments_.back()));
  // The gaps of every event up to this share's first one: all shares draw the same numbers.
  if (arrival_ == Arrival::poisson) {
    for (std::uint32_t i = 0; i <= share_.index; ++i) level_ = next_level();
  } else {
    level_ = static_cast<double>(sequence_);
  }
}

double Schedule::next_level() {
  // 1 − u is in (0, 1], so the logarithm is finite.
  return level_ - std::log(1 - unit_interval(splitmix(random_)));
}

std::optional<RunOffset> Schedule::when(double events) {
  while (true) {
    const Segment& s = segments_[segment_];
    const double x = events - segment_base_;
    if (endless(s)) {
      if (s.from <= 0) return std::nullopt;
    } else if (const double whole = area(s, s.length); x >= whole) {
      segment_base_ += whole;
      ++segment_;
      continue;
    }
    // Beyond this (292 years) an offset does not fit: the same as never.
    const double ns = inverse_ns(s, x);
    if (ns >= 9.2e18 - static_cast<double>(s.begin.count())) return std::nullopt;
    return s.begin + Duration{std::llrint(ns)};
  }
}

std::optional<Schedule::Due> Schedule::next() {
  const std::optional<RunOffset> intended = when(level_);
  if (!intended) return std::nullopt;
  const Due due{sequence_, *intended};
  sequence_ += share_.of;
  if (arrival_ == Arrival::poisson) {
    for (std::uint32_t i = 0; i < share_.of; ++i) level_ = next_level();
  } else {
    // From the number itself: a sum of gaps would drift over hours.
    level_ = static_cast<double>(sequence_);
  }
  return due;
}

TicketRandom::TicketRandom(std::uint64_t seed, std::uint16_t workload, std::uint64_t sequence) {
  // Each part goes through the mixer, so that neighbouring tickets have unrelated streams.
  state_ = seed;
  state_ = splitmix(state_) ^ workload;
  state_ = splitmix(state_) ^ sequence;
  state_ = splitmix(state_);
}

std::uint64_t TicketRandom::next() { return splitmix(state_); }

std::int64_t TicketRandom::between(std::int64_t low, std::int64_t high) {
  LG_ASSERT(low <= high);
  const std::uint64_t span =
      static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;  // 0 = all of them
  if (span == 0) return static_cast<std::int64_t>(next());
  // Upper half of the product: uniform but for 1 in 2^64 / span, without a division (Lemire 2019).
  __extension__ using Wide = unsigned __int128;
  const auto offset = static_cast<std::uint64_t>((static_cast<Wide>(next()) * span) >> 64);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
}

double TicketRandom::uniform() { return unit_interval(next()); }

}  // namespace loadgen
