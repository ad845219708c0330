// A level shift: the series stands higher (or lower) from some point on.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace loadgen::stats {

struct LevelShift {
  std::size_t at = 0;  // the first value of the new level
  double shift = 0;    // mean from `at` on − mean before it, in the unit of the series
  double t = 0;        // of the two-sample test with pooled variance; ±1e9 without any variance
  double p = 1;        // two-sided, for this one split: multiply by the number of splits
};

/// The split in [first, last] with the largest |t|. At least two values stand on either side;
/// nothing when no such split exists. A constant series shows no shift (t = 0). Pure.
/// Source: Student's two-sample t over candidate splits, as in change-point tests of at most one
/// change (e.g. Chen & Gupta 2012, ch. 2).
std::optional<LevelShift> level_shift(std::span<const double> series, std::size_t first,
                                      std::size_t last);

}  // namespace loadgen::stats
