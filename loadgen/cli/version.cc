#include "loadgen/cli/version.h"

namespace loadgen {

std::string commit_text() { return LOADGEN_COMMIT; }
std::string build_text() { return LOADGEN_BUILD; }
std::string compiler_text() { return "g++ " __VERSION__; }

}  // namespace loadgen
