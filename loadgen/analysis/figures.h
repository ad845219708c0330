// The figures of one stretch of time, as contract.md 3 defines them.
#pragma once

#include <optional>

#include "loadgen/analysis/pool.h"
#include "loadgen/core/figures.h"

namespace loadgen {

/// What the figures need to know beside the counts.
struct FiguresOf {
  RunSecond from = 0, to = 0;                            // [from, to)
  bool closed_loop = false;                              // offered and achieved are null then
  std::optional<Duration> latency_limit = std::nullopt;  // none: no goodput
  /// How much of it load was meant to be sent in, when the groups take turns; none: all.
  std::optional<Duration> turns = std::nullopt;
};

/// All figures of `pool`. Shares are fractions of the settled tickets, rates per second of the
/// stretch. What has no denominator is absent; no figure is ever NaN or infinite. Pure.
PhaseFigures figures_of(const Pool& pool, const FiguresOf& of);

/// Quantiles in µs when `infinite` further tickets are infinitely slow; max and mean are absent
/// when there is one. Pure.
Quantiles quantiles_of(const Histogram& histogram, std::uint64_t infinite = 0);

/// part / whole; nothing when whole is 0. Pure.
std::optional<double> share_of(std::uint64_t part, std::uint64_t whole);

}  // namespace loadgen
