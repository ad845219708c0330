#include "loadgen/cli/numbers.h"

#include <cmath>
#include <cstdint>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

/// `type`: what stands behind the option's type in the help.
template <class Fits>
CLI::Validator expecting(const std::string& expected, const char* type, const Fits& fits) {
  const auto mistake = [expected, fits](const std::string& text) {
    return fits(text) ? std::string() : '"' + text + "\"; expected " + expected;
  };
  return CLI::Validator(mistake, type);
}

}  // namespace

double parse_share(std::string_view text, std::string_view flag) {
  if (!text.empty() && text.back() == '%') {
    const std::optional<double> percent = number_of<double>(text.substr(0, text.size() - 1));
    if (percent && *percent >= 0 && *percent <= 100) return *percent / 100;
  }
  throw UserError(std::string(flag) + ": \"" + std::string(text) +
                  "\" is no share; expected 0% to 100%, such as 20%");
}

CLI::Validator number_above_0(const std::string& expected) {
  return expecting(expected, "POSITIVE", [](const std::string& text) {
    const auto number = number_of<double>(text);
    return number && std::isfinite(*number) && *number > 0;
  });
}

CLI::Validator whole_number_above_0(const std::string& expected) {
  return expecting(expected, "POSITIVE", [](const std::string& text) {
    return number_of<std::uint64_t>(text).value_or(0) > 0;
  });
}

CLI::Validator whole_number(const std::string& expected) {
  return expecting(expected, "", [](const std::string& text) {
    return number_of<std::uint64_t>(text).has_value();
  });
}

}  // namespace loadgen
