#include "loadgen/cli/numbers.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

namespace loadgen {
namespace {

template <class Number>
std::optional<Number> number_in(const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

/// `type`: what stands behind the option's type in the help.
template <class Fits>
CLI::Validator expecting(const std::string& expected, const char* type, const Fits& fits) {
  const auto mistake = [expected, fits](const std::string& text) {
    return fits(text) ? std::string() : '"' + text + "\"; expected " + expected;
  };
  return CLI::Validator(mistake, type);
}

}  // namespace

CLI::Validator number_above_0(const std::string& expected) {
  return expecting(expected, "POSITIVE", [](const std::string& text) {
    const auto number = number_in<double>(text);
    return number && std::isfinite(*number) && *number > 0;
  });
}

CLI::Validator whole_number_above_0(const std::string& expected) {
  return expecting(expected, "POSITIVE", [](const std::string& text) {
    return number_in<std::uint64_t>(text).value_or(0) > 0;
  });
}

CLI::Validator whole_number(const std::string& expected) {
  return expecting(expected, "", [](const std::string& text) {
    return number_in<std::uint64_t>(text).has_value();
  });
}

}  // namespace loadgen
