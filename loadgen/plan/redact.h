// Secrets leave no output.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loadgen {

/// `text` with every occurrence of a secret replaced by ***. Secrets of less than four characters
/// are not looked for: they would hit everything. Pure.
std::string redact(std::string text, const std::vector<std::string>& secrets);

/// The URL without user and password. Pure.
std::string without_credentials(std::string_view url);

}  // namespace loadgen
