// Base64 (RFC 4648, with padding, no line breaks).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace loadgen {

/// Pure.
std::string to_base64(std::string_view bytes);
/// Nothing when `text` is not what `to_base64` writes for some bytes. Pure.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace loadgen
