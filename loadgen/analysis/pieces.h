// A stretch of time cut into pieces: what estimates take their error from (statistics.md 4).
#pragma once

#include <cstddef>
#include <vector>

#include "loadgen/analysis/pool.h"
#include "loadgen/core/histogram.h"

namespace loadgen {

/// A piece of a stretch: counts, and one histogram.
struct Piece {
  RunSecond from = 0, to = 0;  // [from, to); may be empty in a short stretch
  Tally tally;
  SparseHistogram histogram;

  /// Settled tickets that did not end ok.
  std::uint64_t not_ok() const { return settled(tally) - tally.ok(); }
};

/// Five, eight and ten batches are made of whole pieces.
inline constexpr std::size_t kPieces = 40;
inline constexpr std::size_t kBatches = 10;

/// The selected slices of [from, to) in kPieces pieces of equal length, as far as whole seconds
/// allow; with the histograms of `measure`. Pure.
std::vector<Piece> pieces_of(const Recording& recording, const Selection& selection, RunSecond from,
                             RunSecond to, Measure measure = Measure::response_ok);

/// The same of the given seconds, ascending, as if they followed each other from 0 on: that is what
/// the pieces' edges count. Pure.
std::vector<Piece> pieces_of(const Recording& recording, const Selection& selection,
                             const std::vector<RunSecond>& seconds,
                             Measure measure = Measure::response_ok);

/// The pieces summed to `batches` longer ones; batches divides their number. Pure.
std::vector<Piece> merged(const std::vector<Piece>& pieces, std::size_t batches);

}  // namespace loadgen
