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

/// A duration over repeated experiments, in seconds.
struct RepeatedDuration {
  std::optional<double> median_s;                     // nothing: in half of the runs it went on
  std::optional<std::pair<double, double>> interval;  // of the median, 95 %; six runs at least
  bool operator==(const RepeatedDuration&) const = default;
};

/// How a workload of a group came through the same faults, run after run.
struct RepeatedFaults {
  std::string group, workload, faults;
  std::size_t runs = 0, not_recovered = 0;
  RepeatedDuration recovery, outage;  // the outage: the longest of each run
  bool operator==(const RepeatedFaults&) const = default;
};

/// What stood on one side.
struct ComparedRuns {
  std::vector<std::string> runs;  // their ids, in time order
  std::string name;               // of the first one's experiment
  std::string host;               // CPU and cores, "mixed" when they differ
  std::vector<RepeatedFaults> faults{};
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
