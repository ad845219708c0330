// The words of a comparison of runs, the same in every format.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/compared_runs.h"

namespace loadgen::reports {

/// The cells of a row; not escaped.
struct RunCells {
  std::string metric, base, head;
  std::string change;    // "+4.2 %", "−0.12 pp"; "~" where the interval holds "no change"
  std::string interval;  // "−0.5 … +2.1 %", "" without one
  std::string margin;    // "15 %", "" when not judged
  std::string verdict;   // "PASS" …, "–" when not judged
  std::string icon;
};
RunCells cells_of(const RunComparisonRow& row);

/// "home, before" or "home in api, before".
std::string place_of(const RunComparisonRow& row);
/// Rows of one place after the other, as they stand in the comparison.
std::vector<std::vector<RunComparisonRow>> by_place(const RunComparison& comparison);

/// How the same faults were come through on each side; not escaped.
struct FaultCells {
  std::string place;       // "test_db in experimental, after kill-zone-a"
  std::string metric;      // "runs", "recovery_time", "longest_outage"
  std::string base, head;  // "6, 1 not recovered"; "19.8 s [18.1 s – 21 s]", "not reached"
};
/// Three rows for each group, workload and faults, those of the head first; empty without faults.
std::vector<FaultCells> fault_cells(const RunComparison& comparison);
/// What the table of them says of itself.
inline constexpr const char* kFaultNote =
    "Medians over runs; from six on with a 95 % interval. They decide nothing here.";

/// "3 runs of api on Intel Xeon, 8 cores: 20260820T100604Z-3f9a1c, …".
std::string side_in_words(const ComparedRuns& runs);

/// The verdict of a row as a verdict; nothing when it was not judged.
std::optional<Verdict> verdict_of(const RunComparisonRow& row);

/// The headline; a sentence saying that there is none when the comparison gives no reason.
std::string headline(const RunComparison& comparison);

}  // namespace loadgen::reports
