// MSER: where a warm-up ends.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace loadgen::stats {

struct WarmupCut {
  std::size_t cut = 0;      // batches to leave out, 0 ≤ cut ≤ batches / 2
  std::size_t batches = 0;  // all
  /// The best cut lies in the last tenth of those that were tried: the series may not have settled
  /// within the first half at all.
  bool at_edge = false;
};

/// The number of leading batches that are best left out: the d that makes the squared standard
/// error of the mean of the rest the smallest, (k − d)^−2 Σ_{j > d} (Z_j − mean)², among 0 ≤ d ≤
/// k/2 and, when it is given, d ≤ most. `batches`: means of stretches of equal length (5 s here,
/// "MSER-5"), in time order. Fewer than four batches: nothing is cut. A constant series: nothing is
/// cut. Pure. Source: White 1997; White, Cobb & Spratt 2000.
WarmupCut mser(std::span<const double> batches, std::optional<std::size_t> most = std::nullopt);

}  // namespace loadgen::stats
