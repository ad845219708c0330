#include "pgbench_mode/words.h"

#include <cerrno>
#include <cstdlib>

namespace loadgen::pgbench {

std::optional<double> parse_double(const std::string& text) {
  char* end = nullptr;
  errno = 0;
  const double number = std::strtod(text.c_str(), &end);
  if (errno != 0 || end == text.c_str() || *end != '\0') return std::nullopt;
  return number;
}

}  // namespace loadgen::pgbench
