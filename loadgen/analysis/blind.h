// What the instrument itself lost, by worker, interval, group and workload.
#pragma once

#include <vector>

#include "loadgen/analysis/run.h"
#include "loadgen/core/result.h"

namespace loadgen {

/// Consecutive blind seconds of one worker, group, workload and reason as one stretch, in time
/// order. Pure.
std::vector<BlindStretch> blind_stretches(const Run& run);

}  // namespace loadgen
