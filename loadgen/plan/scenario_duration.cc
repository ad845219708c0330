#include <array>
#include <cctype>
#include <limits>

#include "loadgen/plan/scenario.h"

namespace loadgen {
namespace {

struct TimeUnit {
  std::string_view name;
  std::int64_t ns;
};
/// Largest first: the order in which they may stand in "1h30m".
constexpr std::array<TimeUnit, 6> kUnits{{{"h", 3'600'000'000'000},
                                          {"m", 60'000'000'000},
                                          {"s", 1'000'000'000},
                                          {"ms", 1'000'000},
                                          {"us", 1'000},
                                          {"ns", 1}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::int64_t total = 0;
  std::size_t allowed = 0;  // index of the largest unit that may still come
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::int64_t number = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && is_digit(text[digits]); ++digits) {
      const int digit = text[digits] - '0';
      if (number > (kMost - digit) / 10) return std::nullopt;
      number = number * 10 + digit;
    }
    std::size_t end = digits;
    while (end < text.size() && !is_digit(text[end])) ++end;
    const std::string_view name = text.substr(digits, end - digits);
    std::size_t unit = allowed;
    while (unit < kUnits.size() && kUnits[unit].name != name) ++unit;
    if (digits == 0 || unit == kUnits.size()) return std::nullopt;
    if (number > (kMost - total) / kUnits[unit].ns) return std::nullopt;
    total += number * kUnits[unit].ns;
    allowed = unit + 1;
    text.remove_prefix(end);
  }
  return Duration{total};
}

std::string print_duration(Duration d) {
  const std::int64_t ns = d.count();
  if (ns == std::numeric_limits<std::int64_t>::min()) return "-" + print_duration(Duration::max());
  if (ns < 0) return "-" + print_duration(-d);
  if (ns == 0) return "0s";
  std::string text;
  if (ns % 1'000'000'000 == 0) {
    std::int64_t rest = ns;
    for (const TimeUnit& unit : kUnits) {
      if (rest / unit.ns > 0) text += std::to_string(rest / unit.ns).append(unit.name);
      rest %= unit.ns;
    }
    return text;
  }
  // A part of a second: one number in the largest unit that is exact.
  for (const TimeUnit& unit : kUnits) {
    if (unit.ns < 1'000'000'000 && ns % unit.ns == 0) {
      return std::to_string(ns / unit.ns).append(unit.name);
    }
  }
  return text;
}

}  // namespace loadgen
