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

/// "3 runs of api on Intel Xeon, 8 cores: 20260820T100604Z-3f9a1c, …".
std::string side_in_words(const ComparedRuns& runs);

/// The verdict of a row as a verdict; nothing when it was not judged.
std::optional<Verdict> verdict_of(const RunComparisonRow& row);

/// The headline; a sentence saying that there is none when the comparison gives no reason.
std::string headline(const RunComparison& comparison);

}  // namespace loadgen::reports
