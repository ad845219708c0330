// SHA-256, to name a text by its content.
#pragma once

#include <string>
#include <string_view>

namespace loadgen {

/// The SHA-256 of `bytes` as 64 lower-case hexadecimal digits. Any thread. Pure.
std::string sha256_hex(std::string_view bytes);

}  // namespace loadgen
