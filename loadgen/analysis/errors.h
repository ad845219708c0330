// Errors by class and phase, each with a few samples.
#pragma once

#include <vector>

#include "loadgen/analysis/run.h"
#include "loadgen/analysis/seconds.h"
#include "loadgen/core/figures.h"

namespace loadgen {

inline constexpr std::size_t kMostSamples = 5;

/// One group per class and phase of tickets that ended other than ok and were not blind: in order
/// of the phases, then of the classes. `first` and `last` are known to the second, and to the
/// ticket where no other class failed in it. The earliest samples are kept. Pure.
std::vector<ErrorGroup> errors_of(const Run& run, const Selection& selection,
                                  const std::vector<PhaseSpan>& spans,
                                  const std::vector<SecondFigures>& seconds);

}  // namespace loadgen
