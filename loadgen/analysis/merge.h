// One run out of several files: a journal, and the spools that its workers left.
#pragma once

#include <filesystem>
#include <vector>

#include "loadgen/analysis/run.h"

namespace loadgen {

/// The name of a spool ends in this.
inline constexpr const char* kSpoolSuffix = ".spool";

/// Adds what the files hold, in any order: each part counts once, however many files it is in, and
/// so does each mark. A part beyond a gap in its worker's numbers is left out. Phases that the
/// marks do not tell of any more have the edges that were planned. What a coordinator has settled
/// of a share is settled anew when a file tells more of it. Throws UserError for files of several
/// runs, and as `read_run`.
Run read_merged(const std::vector<std::filesystem::path>& files);

}  // namespace loadgen
