// Intervals of declared checks, where one can be had (statistics.md 2.6 and 4).
#pragma once

#include <optional>
#include <string>

#include "loadgen/analysis/measured.h"
#include "loadgen/analysis/observed.h"

namespace loadgen {

/// 90 %, in base units; for a limit on one side that is 95 %. A side may be open: nothing that was
/// measured bounds it.
struct CheckInterval {
  std::optional<double> low, high;
};

struct CheckIntervalOf {
  std::optional<CheckInterval> interval;
  std::string why_not;        // why there is none
  bool needed = false;        // without it nothing is decided: a change of a latency
  std::optional<double> net;  // the change as estimated, when a rest of warm-up was left out
};

/// The interval of what `observe` (value) or `observe_change` (ratio and delta against `vs`) give.
/// Of a quantile that of its rank (Woodruff 1952), so failures may stand at its upper end; of
/// shares as in shares.h; of means and rates by batches; of changes as in the comparison. Nothing
/// for facts of a run (outages, counts, marks, what the generator achieved), in `during`, and where
/// data are too few: even a stretch without any error would not show the limit. Pure.
CheckIntervalOf interval_of(const Measured& measured, const MeasuredWorkload& workload,
                            const Where& where, const Check& check, const std::string& vs);

/// "175 – 190 ms", "at least 3.1 s". Pure.
std::string interval_in_words(const CheckInterval& interval, const Check& check);

}  // namespace loadgen
