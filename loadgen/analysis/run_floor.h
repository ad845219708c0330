// How many answers runs need for a quantile to decide.
#pragma once

#include <string>

#include "loadgen/analysis/run_effect.h"

namespace loadgen {

/// Why a quantile of the runs may not decide: fewer than 100 answers beyond it on a side, or fewer
/// than 10 in a run; with how much more it takes. base_s, head_s: how long the runs of each side
/// lasted, all together. Empty when there are enough, and for other metrics. Pure.
std::string too_few(const RunsOfMetric& runs, double base_s, double head_s);

}  // namespace loadgen
