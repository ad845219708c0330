// The commands of a workload's scripts, each by phase.
#pragma once

#include <vector>

#include "loadgen/analysis/pool.h"
#include "loadgen/analysis/run.h"
#include "loadgen/core/figures.h"

namespace loadgen {

/// One entry per command that any ticket of the selection ran, in the order of operations and of
/// places; a phase in which none ran it is left out. Empty for workloads without scripts. Pure.
std::vector<StatementResult> statements_of(const Run& run, const Selection& selection,
                                           const std::vector<PhaseSpan>& spans);

}  // namespace loadgen
