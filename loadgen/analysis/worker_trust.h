// What became of the workers: lost, replaced, out of reach; their clocks and their start.
#pragma once

#include "loadgen/analysis/measured.h"
#include "loadgen/core/result.h"

namespace loadgen {

/// Fills `trust.workers` and `trust.start_spread_us`. Tickets that no worker was there for are a
/// warning; a reason when more than half of the workers were lost, or half of any judged phase of a
/// workload was missed, or by the scenario none may be. A clock that moved by more than 100 ms is a
/// reason, less a warning. Pure.
void judge_workers(const Measured& measured, Trust& trust);

}  // namespace loadgen
