// Finished runs, wherever they are kept.
#pragma once

#include <string>
#include <vector>

#include "loadgen/core/comparable_run.h"
#include "loadgen/core/result.h"

namespace loadgen {

/// A run's directory, its journal, its result.json or a report that carries it. Throws UserError,
/// which says what was expected.
Result read_finished_run(const std::string& input);

/// The runs that `inputs` name: what read_finished_run takes, runs stored by `loadgen baseline`,
/// and directories of those. A file that can't be read makes a run that is unusable, so that the
/// comparison tells why; a path that does not exist throws UserError.
std::vector<ComparableRun> read_comparable_runs(const std::vector<std::string>& inputs);

/// The stored runs of a baseline's directory, by file name; empty when it is not there. Throws
/// UserError for a stored run that can't be read. Other files are left alone.
std::vector<ComparableRun> read_baseline(const std::string& directory);

}  // namespace loadgen
