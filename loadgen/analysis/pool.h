// Pools: slices summed over a stretch of seconds, with dense histograms.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "loadgen/core/recording.h"

namespace loadgen {

/// Which slices: one workload in one group, all of its operations or one of them.
struct Selection {
  std::uint16_t group = 0;
  std::uint16_t workload = 0;
  std::optional<std::uint16_t> operation = std::nullopt;
};

/// A sum of slices. `tally.in_flight` is a sum over seconds here and means nothing. One thread.
struct Pool {
  Tally tally;
  std::array<Histogram, kMeasures> histograms;

  const Histogram& operator[](Measure m) const { return histograms[static_cast<std::size_t>(m)]; }
  Pool& operator+=(const Slice& slice);
  Pool& operator+=(const Pool& other);
};

/// Planned tickets whose ending is known: planned − open. Equal to planned once a run has ended;
/// what is still open says nothing about the system yet and is judged by nobody. Pure.
std::uint64_t settled(const Tally& tally);

/// Visits the selected slices of seconds [from, to), operation by operation, ascending by second.
void each_slice(const Recording& recording, const Selection& selection, RunSecond from,
                RunSecond to, const std::function<void(const SliceKey&, const Slice&)>& visit);

/// The sum of the selected slices of seconds [from, to). Pure.
Pool pool_of(const Recording& recording, const Selection& selection, RunSecond from, RunSecond to);

}  // namespace loadgen
