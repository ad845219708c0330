// Which loadgen this is.
#pragma once

#include <string>

namespace loadgen {

inline constexpr const char* kVersion = "0.1.0";
/// The commit it was built from, "unknown" outside a checkout.
std::string commit_text();
/// "Release", "Debug" …
std::string build_text();
/// "g++ 12.2.0".
std::string compiler_text();

}  // namespace loadgen
