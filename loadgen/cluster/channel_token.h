// The token by which coordinator and workers know each other.
#pragma once

#include <string>
#include <string_view>

namespace loadgen {

/// The token in a file: its text without spaces and newlines around it. Throws UserError when the
/// file can't be read, holds fewer than 16 or more than 4096 characters, or any that may not stand
/// in a header.
std::string read_token(const std::string& path);

/// Whether `given` is `token`, in a time that tells nothing of how much of it is right. Pure.
bool token_matches(std::string_view given, std::string_view token);

/// The value of the Authorization header: "Bearer TOKEN". Pure.
std::string authorization_of(const std::string& token);

}  // namespace loadgen
