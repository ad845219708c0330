// Which of the runs that were given are compared, and how.
#pragma once

#include <string>
#include <vector>

#include "loadgen/analysis/run_effect.h"
#include "loadgen/core/comparable_run.h"

namespace loadgen {

/// The runs of both sides that can be compared, in time order; with a paired design the i-th of
/// both are neighbours in time. Borrows the runs.
struct RunSides {
  std::vector<const ComparableRun*> base, head;
  Design design = Design::assumed;
  bool other_machine = false;         // CPU model or number of cores differ
  std::vector<std::string> distrust;  // → INVALID
  std::vector<std::string> doubts;    // → never PASS
  std::vector<std::string> blocks;    // → INCONCLUSIVE, whatever the rows say
  std::vector<std::string> warnings;
};

/// Leaves out what is unusable, stands twice or on both sides; of a baseline that was measured
/// under several loads or on several machines the runs unlike the candidate's, as long as enough
/// are left; and chooses the design. Pure.
RunSides sides_of(const std::vector<ComparableRun>& baseline,
                  const std::vector<ComparableRun>& candidates);

/// "Intel Xeon, 8 cores". Pure.
std::string host_in_words(const ComparableRun& run);

}  // namespace loadgen
