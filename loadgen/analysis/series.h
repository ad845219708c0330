// What charts are drawn from: one value per second, and who answered.
#pragma once

#include <span>
#include <vector>

#include "loadgen/analysis/run.h"
#include "loadgen/analysis/seconds.h"
#include "loadgen/core/figures.h"

namespace loadgen {

/// seconds[i] becomes entry i of every list; `start` is the first one's run second. Pure.
Series series_of(std::span<const SecondFigures> seconds, RunSecond start);

/// One entry per value of `served_by`, ascending: answers per second of [from, to) and per phase,
/// and the longest stretch within during and after without an answer from it (seconds in which
/// nothing was due or the instrument was blind don't count). Empty when nobody said who answered.
/// Pure.
std::vector<ServedBy> served_by_of(const Run& run, const Selection& selection,
                                   const std::vector<PhaseSpan>& spans,
                                   std::span<const SecondFigures> seconds);

}  // namespace loadgen
