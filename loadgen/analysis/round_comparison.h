// Base and head in turns, in one run: the comparison of its rounds (statistics.md 5).
#pragma once

#include <vector>

#include "loadgen/analysis/measured.h"
#include "loadgen/core/judged.h"

namespace loadgen {

/// Rows for every workload of a run in benchmark mode (Rounds): error_rate, goodput, p50, p90, p99,
/// p999, and of closed loops the throughput. Each round is a pair; what a round's two turns share
/// cancels, a steady drift cancels over every two rounds. The estimate is that of Hodges and
/// Lehmann, the interval the exact one of signed ranks. The settling part of each turn is left out,
/// and a round of which less than that is known. Judged by the scenario's margins. Pure.
std::vector<ComparisonRow> compare_rounds(const Measured& measured);

}  // namespace loadgen
