// The commented scenarios that `loadgen init` prints.
#pragma once

#include <string_view>
#include <vector>

namespace loadgen {

/// The names, first the default: steady, pod-kill, primary-kill, load-spike, ci. Pure.
std::vector<std::string_view> starter_names();

/// The TOML text of a starter. Throws UserError for another name, with the nearest one.
std::string_view starter(std::string_view name);

}  // namespace loadgen
