// Trends: is there one (Mann-Kendall), and how steep is it (Theil-Sen)?
#pragma once

#include <optional>
#include <span>

namespace loadgen::stats {

struct Trend {
  double z = 0;  // of the Mann-Kendall test, with continuity correction; its sign is the trend's
  double p = 1;  // two-sided, normal approximation: use it from 10 values on
  double slope = 0;  // Theil-Sen: change per step, in the unit of the series
};

/// series: values at equal distances, in time order. `inflation` ≥ 1 widens the test's variance for
/// values that are correlated (1: independent). Ties shrink the variance; a constant series has z =
/// 0. Nothing for fewer than three values. Pure.
/// Source: Mann 1945, Kendall 1975, Sen 1968; inflation: Hamed & Rao 1998.
std::optional<Trend> trend(std::span<const double> series, double inflation = 1);

}  // namespace loadgen::stats
