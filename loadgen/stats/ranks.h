// Tests on ranks: two samples, or pairs, of few values and no assumed distribution.
#pragma once

#include <optional>
#include <span>

#include "loadgen/stats/interval.h"

namespace loadgen::stats {

struct RankTest {
  double p = 1;         // two-sided
  double estimate = 0;  // Hodges-Lehmann: the shift, in the unit of the values
  /// For the shift, at the confidence asked for or a little more; nothing when there are too few
  /// values for it.
  std::optional<Interval> interval;
  bool exact = true;  // false: the normal approximation, for many values
};

/// Mann-Whitney: does `a` lie higher than `b`? The shift is the median of all differences a_i −
/// b_j, its interval two of them. Ties are given middle ranks, and the exact distribution is that
/// of the ranks as they are; beyond 60 values in all the normal approximation takes over. Nothing
/// when either is empty. confidence in (0, 1). Pure.
/// Source: Mann & Whitney 1947; Hodges & Lehmann 1963. Checked against: statistics.md 8.
std::optional<RankTest> mann_whitney(std::span<const double> a, std::span<const double> b,
                                     double confidence);

/// Wilcoxon's signed ranks of paired differences: are they centred on 0? The shift is the median of
/// all Walsh averages (d_i + d_j) / 2, i ≤ j, its interval two of them. Zeros are left out of the
/// test, not of the estimate. A 95 % interval needs 6 differences. Nothing without any. Pure.
/// Source: Wilcoxon 1945; Hodges & Lehmann 1963.
std::optional<RankTest> signed_rank(std::span<const double> differences, double confidence);

}  // namespace loadgen::stats
