#include "loadgen/analysis/wording.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace loadgen {
namespace {

/// At most `decimals` digits after the point, trailing zeros cut.
std::string fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  std::string result = text;
  if (result.find('.') != std::string::npos) {
    while (result.back() == '0') result.pop_back();
    if (result.back() == '.') result.pop_back();
  }
  return result == "-0" ? "0" : result;
}

/// Three significant digits, never fewer than the whole ones.
std::string three_digits(double value) {
  const double size = std::abs(value);
  if (size == 0) return "0";
  const int whole = static_cast<int>(std::floor(std::log10(size))) + 1;
  return fixed(value, std::clamp(3 - whole, 0, 9));
}

/// Near 100 % the digits that matter are the last ones: 99.95 is not 100.
std::string percent(double fraction) {
  const double value = fraction * 100;
  return value > 99 && value < 100 ? fixed(std::floor(value * 1000) / 1000, 3)
                                   : three_digits(value);
}

std::string time_in_words(double seconds) {
  const double size = std::abs(seconds);
  if (size == 0) return "0 s";
  if (size < 0.0009995) return three_digits(seconds * 1e6) + " µs";
  if (size < 0.9995) return three_digits(seconds * 1e3) + " ms";
  return three_digits(seconds) + " s";
}

}  // namespace

std::string in_words(double value, Unit unit) {
  switch (unit) {
    case Unit::seconds:
      return time_in_words(value);
    case Unit::fraction:
      return percent(value) + " %";
    case Unit::per_second:
      return three_digits(value) + "/s";
    case Unit::count:
      return fixed(value, 0);
  }
  return fixed(value, 3);
}

std::string difference_in_words(double value, Unit unit) {
  const std::string text =
      unit == Unit::fraction ? three_digits(value * 100) + " points" : in_words(value, unit);
  return value > 0 ? "+" + text : text;
}

std::string interval_in_words(const std::string& low, const std::string& high) {
  if (low == high) return low;
  const std::size_t low_unit = low.rfind(' '), high_unit = high.rfind(' ');
  const bool alike = low_unit != std::string::npos && high_unit != std::string::npos &&
                     low.substr(low_unit) == high.substr(high_unit);
  return (alike ? low.substr(0, low_unit) : low) + " – " + high;
}

std::string ratio_in_words(double ratio) { return three_digits(ratio); }

std::string bound_in_words(const Check& check) {
  const std::string op = std::string(name_of(check.op)) + " ";
  const Unit unit = unit_of(check.metric);
  switch (check.form) {
    case Check::Form::value:
      return op + in_words(check.bound, unit);
    case Check::Form::ratio:
      return op + ratio_in_words(check.bound);
    case Check::Form::delta:
      break;
  }
  return op + (unit == Unit::fraction ? three_digits(check.bound * 100) + " points"
                                      : in_words(check.bound, unit));
}

std::string metric_in_words(const Check& check) {
  std::string name(name_of(check.metric));
  for (char& c : name) {
    if (c == '_') c = ' ';
  }
  if (check.argument.empty()) return name;
  switch (check.metric) {
    case Metric::failed:
      return "share of " + check.argument + " failures";
    case Metric::share:
      return "share of " + check.argument;
    case Metric::healed:
      return "time to heal of " + check.argument;
    default:
      return name + " of " + check.argument;
  }
}

std::string phase_in_words(std::string_view label, bool with_fault) {
  if (label == "run") return "in this run";
  if (with_fault && label != "warmup") return std::string(label) + " the fault";
  return "in `" + std::string(label) + "`";
}

std::string iso_utc(std::int64_t us) {
  using namespace std::chrono;
  const sys_time<microseconds> at{microseconds{us}};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{floor<milliseconds>(at) - day};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int{date.year()},
                unsigned{date.month()}, unsigned{date.day()},
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text;
}

}  // namespace loadgen
