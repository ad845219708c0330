// Shares of tickets compared: errors, and what was not good (statistics.md 4).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "loadgen/analysis/effect.h"

namespace loadgen {

/// What is counted in a tally; and the same in a second, for its correlation.
struct Counted {
  std::function<std::uint64_t(const Piece&)> events;
  std::function<std::uint64_t(const SecondFigures&)> in_second;
};
/// Not ok: the numerator of error_rate.
Counted errors_counted();
/// Not ok within the limit: what goodput leaves over.
Counted poor_counted(Duration latency_limit);

/// Events of n tickets.
struct ShareCount {
  std::uint64_t events = 0, n = 0;
  double share() const { return n == 0 ? 0 : static_cast<double>(events) / static_cast<double>(n); }
};
ShareCount count_in(const Side& side, const Counted& counted);

/// How many independent tickets the side is worth: n over the series' effective length and over how
/// much more the seconds differ than chance makes them (events come in bursts). At least 1 ticket,
/// at most n. Pure.
double effective_tickets(const Side& side, const Counted& counted);

/// The share with its interval: by batches from 10 events on, below that Wilson's with the
/// effective number of tickets, without any event the exact bound. Nothing when nothing was due.
/// Pure.
std::optional<Effect> lone_share(const Side& side, const Counted& counted);

/// share of a − share of b: by paired batches when both have 10 events, else from the intervals of
/// the two (Newcombe 1998). Nothing when nothing was due in either. Pure.
std::optional<Effect> paired_share(const Side& a, const Side& b, const Counted& counted);

}  // namespace loadgen
