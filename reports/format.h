// Numbers as people read them, and text made safe to print. Only here are numbers rounded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "loadgen/core/units.h"

namespace loadgen::reports {

/// Shown where there is no number. No function here ever prints "nan" or "inf".
inline constexpr std::string_view kNothing = "–";

/// Three significant digits, no exponent: 0.0123, 12.3, 1230. Pure.
std::string significant(double value);

/// The shortest text that reads back as the same number: for what is typed again. Pure.
std::string exact(double value);

/// "812 µs", "12.3 ms", "1.20 s", "2 min 05 s", "1 h 04 min". us: any sign. Pure.
std::string time_us(double us);
std::string time_us(std::optional<std::int64_t> us);
/// As time_us, without trailing zeros ("15 s"): for durations that often are whole seconds. Pure.
std::string time_s(double seconds);

/// An instant against `zero`: "+12.3 s", "−3 s", "0 s". Pure.
std::string offset(RunOffset at, RunOffset zero);

/// "0 %", "0.02 %", "3.12 %", "99.98 %", "100 %": never 0 for what is not 0, never 100 for what is
/// not all. share: 1 = 100 %. Pure.
std::string percent(double share);
std::string percent(const std::optional<double>& share);

/// "45,000". Pure.
std::string count(std::uint64_t n);

/// "500/s", "149.9/s", "0.25/s". Pure.
std::string per_second(double rate);

/// "× 1.31". Pure.
std::string ratio(const std::optional<double>& value);

/// A value of a metric of checks (contract.md 5), in base units (seconds, shares). Pure.
std::string metric(std::string_view name, const std::optional<double>& value);

/// For HTML and XML, in text and in quoted attributes: markup escaped; what is not valid UTF-8 or
/// may not stand in XML 1.0 becomes U+FFFD. Pure.
std::string escape(std::string_view text);

/// For a Markdown table cell or paragraph: no markup of either Markdown or HTML survives, line
/// breaks become spaces. Pure.
std::string escape_markdown(std::string_view text);

/// For a terminal: control characters become U+FFFD, so no escape sequence gets through. Line
/// breaks stay. Pure.
std::string escape_terminal(std::string_view text);

/// The same with line breaks as spaces. Pure.
std::string one_line_for_terminal(std::string_view text);

/// Columns that `text` takes on a terminal: characters, not bytes. Pure.
std::size_t width_of(std::string_view text);

/// A command line that a shell takes apart into `argv` again. Pure.
std::string shell_quote(std::string_view argument);

}  // namespace loadgen::reports
