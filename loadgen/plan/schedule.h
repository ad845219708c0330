// The schedule: when each ticket is due. A pure function of (workload, seed, share), unbounded in
// time.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/units.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

/// One planned request. The same sequence number is due at the same instant in every group.
struct Ticket {
  std::uint16_t group = 0;
  std::uint16_t workload = 0;
  std::uint64_t sequence = 0;  // of the whole run (all shares), from 0; closed loop: of this share
  RunOffset intended{0};
  std::uint32_t client = 0;  // closed loop: which client; open loop: 0
};

/// Share k of n: this schedule yields the sequence numbers that are k modulo n.
struct Share {
  std::uint32_t index = 0;
  std::uint32_t of = 1;
};

/// What falls to this share of `total` things that can't be divided, such as clients: the shares
/// add up to `total`, and no two differ by more than one. Pure.
template <std::unsigned_integral Count>
constexpr Count part_of(Count total, Share share) {
  return total / share.of + (share.index < total % share.of ? 1 : 0);
}

/// Extra tickets for one group's workload (a load fault): between two run offsets the group gets
/// `multiply` times the plan, the surplus from a stream of its own.
struct LoadWindow {
  std::string fault;
  std::uint16_t group = 0;
  std::uint16_t workload = 0;
  double multiply = 1;
  RunOffset from{0}, to{0};
};

/// A stretch in which the rate runs in a straight line from `from` to `to` (events per second).
struct Segment {
  RunOffset begin{0};
  Duration length{0};  // the last one has no end: Duration::max()
  double from = 0, to = 0;
};

/// The segments of a workload's open-loop rate; a last one without end holds the last rate. Pure.
std::vector<Segment> segments_of(const Workload& workload);

/// Events due in [0, t) by the segments: the integral of the rate, in events. Pure.
double expected_events(const std::vector<Segment>& segments, RunOffset t);

/// Open-loop arrival times. Constant arrivals: event i is due when the integral of the rate has
/// reached i and the rate is above 0 (nothing is due while it is 0). Poisson: the gaps of that
/// integral are exponential with mean 1, from a generator of its own, so that all shares agree.
class Schedule {
 public:
  Schedule(std::vector<Segment> segments, Arrival arrival, std::uint64_t seed, Share share);

  struct Due {
    std::uint64_t sequence;
    RunOffset intended;
  };
  /// The next event of this share; nothing when the rate stays 0 for ever.
  std::optional<Due> next();

 private:
  /// First instant with a rate above 0 at which the integral has reached `events`; calls ascend.
  std::optional<RunOffset> when(double events);
  double next_level();  // Poisson: the level of the event after this one

  std::vector<Segment> segments_;
  Arrival arrival_;
  Share share_;
  std::uint64_t random_;        // splitmix64 state
  std::uint64_t sequence_ = 0;  // of the next event
  double level_ = 0;            // integral at the next event
  std::size_t segment_ = 0;     // where `when` stands
  double segment_base_ = 0;     // integral at that segment's begin
};

/// A seeded stream of numbers that belongs to one ticket: the same in both groups, on any worker.
/// Pure.
class TicketRandom {
 public:
  TicketRandom(std::uint64_t seed, std::uint16_t workload, std::uint64_t sequence);
  std::uint64_t next();
  /// Uniform in [low, high]; low ≤ high.
  std::int64_t between(std::int64_t low, std::int64_t high);
  double uniform();  // [0, 1)

 private:
  std::uint64_t state_;
};

}  // namespace loadgen
