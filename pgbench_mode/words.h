// How pgbench's languages see bytes and words, whatever the locale.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace loadgen::pgbench {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The first byte of a variable's or function's name; the others may be digits too.
inline bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) > 127;
}
inline bool continues_name(char c) { return starts_name(c) || is_digit(c); }

/// Equal but for the case of ASCII letters.
inline bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

/// The whole text as strtod reads it: blanks before, hexadecimal, "inf" and "nan" included.
/// nullopt: it is no number, or too large or too small (but not 0) for a double. Pure.
std::optional<double> parse_double(const std::string& text);

}  // namespace loadgen::pgbench
