// LG_ASSERT: our own mistakes. On in release builds, cheap, stated positively.
#pragma once

namespace loadgen {
/// Prints the broken statement with its place on stderr and aborts. Any thread.
[[noreturn]] void assertion_failed(const char* statement, const char* file, int line);
}  // namespace loadgen

#define LG_ASSERT(statement)              \
  (static_cast<bool>(statement) ? void(0) \
                                : ::loadgen::assertion_failed(#statement, __FILE__, __LINE__))
