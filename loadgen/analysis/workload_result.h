// Everything the result says about one workload in one group.
#pragma once

#include "loadgen/analysis/measured.h"
#include "loadgen/core/figures.h"

namespace loadgen {

/// Figures of totals (without warm-up), phases, constant steps and operations; series, errors, who
/// served, recovery; histograms by tenths of the phases. Pure.
WorkloadResult workload_result(const Measured& measured, const MeasuredWorkload& workload);

}  // namespace loadgen
