// Changes: a metric against `before`, and net of the control group's change.
#pragma once

#include <string>

#include "loadgen/analysis/observed.h"

namespace loadgen {

/// The change of check.metric in `where` against `vs`: "before" is phase against before; "control"
/// is the change since before, net of the control group's (a ratio of ratios, or a difference of
/// differences); in phase `before` itself it is experimental against control. Unknown when any of
/// the values that it is compared with is missing, not reached, or 0 under a ratio. Pure.
Observed observe_change(const Measured& measured, const MeasuredWorkload& workload,
                        const Where& where, const Check& check, const std::string& vs);

}  // namespace loadgen
