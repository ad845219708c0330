// `loadgen pgbench`, and the program started under the name `pgbench`.
#pragma once

#include <string>
#include <vector>

namespace loadgen {

/// Does what pgbench does with these arguments (without the program's name), and says it in its
/// words; what is ours stands below. Returns pgbench's exit code: 0; 1 for options, scripts and the
/// first connection; 2 when clients or transactions were lost. With --check: a verdict's. Throws
/// what is an internal error.
int pgbench_main(const std::vector<std::string>& arguments);

}  // namespace loadgen
