// The series that tell whether a stretch is steady, and what they say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loadgen/analysis/measured.h"

namespace loadgen {

/// One value for each bin of a stretch, in time order.
struct SteadySeries {
  std::string of;              // "p50 of home in control"
  std::vector<double> values;  // ln µs, or a fraction; blind and empty bins are left out
  double bin_s = 1;
  double material = 0;     // a smaller drift, shift or rest of warm-up is none
  bool logarithm = false;  // material is a ratio's: |difference| is compared with ln(1 + material)
  bool latency = false;    // the median: its correlation tells how long the stretch must be

  double least() const;  // `material` in the unit of the values
};

/// The series of [from, to) of all groups and workloads, but probes and workloads whose stages
/// change the rate there. Bins are widened until
/// they hold 10 successes beyond the quantile. Pure.
std::vector<SteadySeries> steady_series(const Measured& measured, RunSecond from, RunSecond to);

/// A change that a series may show.
struct Change {
  double size = 0;      // in the unit of the values
  double p = 1;         // two-sided, allowing for correlation
  double residual = 0;  // deviation of the values around it
  double lengths = 0;   // independent values that the residuals are worth
};

/// What one series says.
struct SeriesFindings {
  double cut_s = 0;  // best cut of warm-up (MSER-5)
  bool cut_at_edge = false;
  Change warmup;  // the cut part against the rest
  Change trend;   // drift over the whole rest
  Change shift;   // from shift_at_s on
  double shift_at_s = 0;
  double tau_s = 1;   // effective length of the rest without its trend, in seconds
  double data_s = 0;  // of the rest
};

/// nothing: fewer bins than it takes (20). Pure.
std::optional<SeriesFindings> findings_of(const SteadySeries& series);

}  // namespace loadgen
