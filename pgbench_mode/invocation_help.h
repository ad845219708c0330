// The text of --help.
#pragma once

#include <string>

namespace loadgen::pgbench {

/// pgbench 15's own text, and our options after it.
std::string help_text(const std::string& program);

}  // namespace loadgen::pgbench
