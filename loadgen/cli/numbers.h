// Numbers on the command line: CLI11's own mistakes print a range of 300 digits, or no range at
// all.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace loadgen {

/// For an option's check(): the whole text has to be a number above 0, else the mistake is told as
/// `"5s"; expected EXPECTED`. Pure.
CLI::Validator number_above_0(const std::string& expected);

/// The same for a whole number; 64 bits of it.
CLI::Validator whole_number_above_0(const std::string& expected);

/// The same from 0 on.
CLI::Validator whole_number(const std::string& expected);

}  // namespace loadgen
