// Numbers on the command line: CLI11's own mistakes print a range of 300 digits, or no range at
// all.
#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace loadgen {

/// The whole of `text` as a number, or nothing. Pure.
template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "20%" is 0.2; from 0% to 100%. Throws UserError that names `flag`. Pure.
double parse_share(std::string_view text, std::string_view flag);

/// For an option's check(): the whole text has to be a number above 0, else the mistake is told as
/// `"5s"; expected EXPECTED`. Pure.
CLI::Validator number_above_0(const std::string& expected);

/// The same for a whole number; 64 bits of it.
CLI::Validator whole_number_above_0(const std::string& expected);

/// The same from 0 on.
CLI::Validator whole_number(const std::string& expected);

}  // namespace loadgen
