// `during` of a run with a fault: totals beside what is usual, never an interval (statistics.md 4).
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "loadgen/analysis/measured.h"
#include "loadgen/core/judged.h"

namespace loadgen {

/// What is usual: the figures of stretches as long as `during`, those of `before` of the
/// experimental group and those of every phase of control (null without one). A phase that is
/// shorter is one stretch. Pure.
std::vector<PhaseFigures> usual_figures(const Measured& measured,
                                        const MeasuredWorkload& experimental,
                                        const MeasuredWorkload* control);

/// The least and the largest value of a figure; nothing when none has it. Pure.
std::optional<std::pair<double, double>> range_of(
    const std::vector<PhaseFigures>& figures,
    const std::function<std::optional<double>(const PhaseFigures&)>& figure);

/// requests_lost (not ok, beyond the rate of the group's `before`) and error_seconds (seconds with
/// at least one request that was not ok) of `during`, with their ranges. Workload and phase are the
/// caller's to fill in. Pure.
std::vector<ComparisonRow> transient_rows(const Measured& measured,
                                          const MeasuredWorkload& experimental,
                                          const MeasuredWorkload* control);

}  // namespace loadgen
