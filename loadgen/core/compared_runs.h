// Runs compared with other runs, as a value: analysis makes it, reports read it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/core/result.h"

namespace loadgen {

/// One metric of one stretch.
struct RunComparisonRow {
  std::string group, workload, phase, metric;
  std::optional<double> base, head;  // medians over the runs, base units
  /// head / base − 1; of shares head − base. With its 90 % interval; nothing: can't be told.
  std::optional<double> change;
  std::optional<std::pair<double, double>> interval;
  double margin = 0;    // from where on a change for the worse matters
  bool judged = false;  // primary, or named by --margin
  std::string verdict;  // "PASS", "DEGRADED", "FAILED", "INCONCLUSIVE"; "" when not judged
  std::string note;
  bool operator==(const RunComparisonRow&) const = default;

  /// The interval leaves "no change" out.
  bool supported() const { return interval && (interval->first > 0 || interval->second < 0); }
};

/// What stood on one side.
struct ComparedRuns {
  std::vector<std::string> runs;  // their ids, in time order
  std::string name;               // of the first one's experiment
  std::string host;               // CPU and cores, "mixed" when they differ
  bool operator==(const ComparedRuns&) const = default;
};

struct RunComparison {
  Verdict verdict = Verdict::inconclusive;
  std::vector<std::string> reasons;   // the first is the headline, without the verdict's word
  std::vector<std::string> warnings;  // told with any verdict
  std::string method;                 // one sentence: how the interval was made
  ComparedRuns base, head;
  std::vector<RunComparisonRow> rows;
  bool operator==(const RunComparison&) const = default;
};

}  // namespace loadgen
