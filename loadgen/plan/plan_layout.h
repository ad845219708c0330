// How a plan is laid out: columns, clock times, numbers.
#pragma once

#include <string>
#include <string_view>

#include "loadgen/core/units.h"

namespace loadgen::plan_layout {

/// Columns that a UTF-8 text takes: its characters. Pure, like all of these.
std::size_t columns_of(std::string_view text);
/// Filled up with spaces to `width` columns, on the right and on the left.
std::string padded(std::string text, std::size_t width);
std::string right(const std::string& text, std::size_t width);
/// 1234567 as "1,234,567".
std::string grouped(double number);
/// Six significant digits, no zeros behind them.
std::string plain(double number);
/// A run offset as "0:06:05", with milliseconds when there are some.
std::string clock_text(RunOffset at);
/// In lines of at most 96 columns, each but the first indented; words stay whole.
std::string wrapped(const std::string& text, std::size_t indent);

}  // namespace loadgen::plan_layout
