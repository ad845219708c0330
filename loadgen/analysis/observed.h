// What a metric of contract.md 5 came to in a stretch of a run.
#pragma once

#include <optional>
#include <string>

#include "loadgen/analysis/measured.h"
#include "loadgen/plan/check.h"

namespace loadgen {

/// A number, "not reached" (infinitely large), or nothing that could be judged. Base units.
struct Observed {
  std::optional<double> value;  // finite
  bool not_reached = false;     // a quantile among the failures; a recovery that was not seen
  std::string text;             // "182 ms", "not reached, 3.0 % failed"
  std::string doubt;            // why it may not be held, if there is a reason: no or too few data
  std::string note;             // what else a reader should know
  bool censored = false;        // the true value is at least `value`; how much more nobody saw
  double at_most_more = 0;      // an outage may be longer by this: blind seconds; in base units

  bool known() const { return value || not_reached; }
};

/// Which stretch: a phase of one workload in one group, or one operation of it.
struct Where {
  PhaseSpan span;
  std::optional<std::uint16_t> operation = std::nullopt;
};

/// The metric as observed, without any test. Pure.
Observed observe(const Measured& measured, const MeasuredWorkload& workload, const Where& where,
                 const Check& check);

/// Whether the workload can have the metric at all: closed loops have no achieved_rate, ledger and
/// probe metrics need pgbench, share needs served_by. Pure.
bool has_metric(const Workload& workload, Metric metric);

}  // namespace loadgen
