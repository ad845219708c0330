// Per-second series brought to the resolution of a chart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/result.h"

namespace loadgen::reports {

/// The common time axis of one workload's charts: `points` stretches of `step_s` seconds each.
struct Grid {
  RunSecond start_s = 0;
  int step_s = 1;
  std::size_t points = 0;
};

/// Covers every group's series of `workload` in at most `most` points, at a step people count in.
/// points = 0 when no group has a series. Pure.
Grid grid_of(const Result& result, const std::string& workload, std::size_t most = 240);

/// The middle of each stretch, in seconds from `zero`. Pure.
std::vector<double> middles(const Grid& grid, RunOffset zero);

using Values = std::vector<std::optional<double>>;

/// Per second: the sum over each stretch divided by its length. Absent where the series has no
/// second. start_s: second of the first value. Pure.
Values rates(const Grid& grid, RunSecond start_s, const std::vector<std::uint64_t>& per_second);
/// The largest, and the middle one, of the values in each stretch; absent without any. Pure.
Values largest(const Grid& grid, RunSecond start_s,
               const std::vector<std::optional<std::int64_t>>& per_second);
Values middle(const Grid& grid, RunSecond start_s,
              const std::vector<std::optional<std::int64_t>>& per_second);
Values largest(const Grid& grid, RunSecond start_s, const std::vector<std::uint64_t>& per_second);

/// "per second" or "per 15 s". Pure.
std::string resolution(const Grid& grid);

}  // namespace loadgen::reports
