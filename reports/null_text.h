// What `loadgen aa` prints.
#pragma once

#include <string>
#include <vector>

#include "loadgen/analysis/aa.h"
#include "loadgen/analysis/run_spread.h"

namespace loadgen::reports {

/// A site's own noise: what the halves of each run came to, how much runs differ, and what they
/// come to against each other. spreads and pairs: of several runs, else empty. width: columns
/// available, at least 60 are used. Pure.
std::string null_terminal(const std::vector<NullStretch>& stretches,
                          const std::vector<RunSpread>& spreads, const NullCount& pairs, int width);

}  // namespace loadgen::reports
