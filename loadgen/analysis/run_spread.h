// How much runs of one environment differ from each other, and where another one may lie.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/comparable_run.h"

namespace loadgen {

/// One metric of one stretch over several runs. Of ratios all is a share (0.03 = 3 %), of shares
/// points.
struct RunSpread {
  std::string group, workload, phase, metric;
  std::size_t runs = 0;             // that have a value
  std::optional<double> median;     // base units
  std::optional<double> deviation;  // between runs, n − 1; nothing for fewer than two
  /// The worst that another run of the same may show with 95 % (one-sided), in base units; nothing
  /// for fewer than five.
  std::optional<double> limit;
};

/// Rows in the order of the first run's stretches. Pure.
/// Source: prediction limit of one further normal value, mean + t·s·√(1 + 1/n), on the log scale.
std::vector<RunSpread> spread_of(const std::vector<ComparableRun>& runs);

}  // namespace loadgen
