// Text from outside (answers, hook output) made fit for documents that must be valid Unicode.
#pragma once

#include <string>
#include <string_view>

namespace loadgen {

/// `text` with every byte that is not part of a well-formed UTF-8 sequence (overlong forms,
/// surrogates and values above U+10FFFF included) replaced by U+FFFD, one for each byte. Text that
/// is valid comes back unchanged. Pure.
std::string valid_utf8(std::string_view text);

/// Length in bytes of the well-formed sequence at the start of `text`; 0 when there is none. Pure.
std::size_t utf8_sequence(std::string_view text);

}  // namespace loadgen
