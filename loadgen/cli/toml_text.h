// Values as they are written into a scenario.
#pragma once

#include <string>
#include <string_view>

namespace loadgen {

/// With its quotes; control characters escaped. Pure.
std::string toml_string(std::string_view text);
/// 15 significant digits. Pure.
std::string toml_number(double value);

}  // namespace loadgen
