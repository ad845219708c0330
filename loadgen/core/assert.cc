#include "loadgen/core/assert.h"

#include <cstdio>
#include <cstdlib>

namespace loadgen {

void assertion_failed(const char* statement, const char* file, int line) {
  std::fprintf(stderr, "loadgen: internal error: not true: %s (%s:%d)\n", statement, file, line);
  std::abort();
}

}  // namespace loadgen
