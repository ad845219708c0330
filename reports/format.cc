#include "reports/format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "loadgen/core/utf8.h"

namespace loadgen::reports {
namespace {

/// No figure of ours is larger; one that a file claims is not printed with three hundred digits.
constexpr double kHuge = 1e15;

std::string fixed(double value, int decimals) {
  std::array<char, 64> text;
  const int n = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return {text.data(), static_cast<std::size_t>(n)};
}

std::string without_trailing_zeros(std::string text) {
  if (text.find('.') == text.npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string two_digits(long long n) { return (n < 10 ? "0" : "") + std::to_string(n); }

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// U+FFFE and U+FFFF are valid UTF-8 but may not stand in XML.
bool banned_in_xml(std::string_view sequence) {
  if (sequence.size() == 1) {
    const auto byte = static_cast<unsigned char>(sequence[0]);
    return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
  }
  return sequence == "\xEF\xBF\xBE" || sequence == "\xEF\xBF\xBF";
}

/// Walks over the characters of `text`; `put` gets each well-formed sequence, or U+FFFD.
template <class Put>
void each_character(std::string_view text, Put put) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(text);
    put(length == 0 ? kReplacement : text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

}  // namespace

std::string significant(double value) {
  if (!std::isfinite(value)) return std::string(kNothing);
  const double size = std::abs(value);
  if (size == 0) return "0";
  if (size >= kHuge) return (value < 0 ? "< −" : "> ") + fixed(kHuge, 0);
  // The thresholds are those of rounding: 99.96 has three digits as 100, not as 100.0.
  if (size >= 99.95) return fixed(value, 0);
  if (size >= 9.995) return fixed(value, 1);
  if (size >= 0.9995) return fixed(value, 2);
  const int decimals = 2 - static_cast<int>(std::floor(std::log10(size * 1.0005)));
  return fixed(value, std::min(decimals, 9));
}

std::string exact(double value) {
  if (!std::isfinite(value)) return std::string(kNothing);
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string time_us(double us) {
  if (!std::isfinite(us)) return std::string(kNothing);
  if (us < 0) return "−" + time_us(-us);
  if (us == 0) return "0 µs";
  if (us < 999.5) return significant(us) + " µs";
  if (us < 999'500) return significant(us / 1000) + " ms";
  const double seconds = us / 1e6;
  if (seconds < 119.5 || seconds >= kHuge) return significant(seconds) + " s";
  const auto whole = std::llround(seconds);
  if (whole < 3600) return std::to_string(whole / 60) + " min " + two_digits(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + two_digits(whole % 3600 / 60) + " min";
}

std::string time_us(std::optional<std::int64_t> us) {
  return us ? time_us(static_cast<double>(*us)) : std::string(kNothing);
}

std::string time_s(double seconds) {
  if (seconds == 0) return "0 s";
  if (!std::isfinite(seconds)) return std::string(kNothing);
  const std::string text = time_us(seconds * 1e6);
  const std::size_t space = text.find(' ');
  return without_trailing_zeros(text.substr(0, space)) + text.substr(space);
}

std::string offset(RunOffset at, RunOffset zero) {
  const double seconds = to_seconds(at - zero);
  if (std::abs(seconds) < 0.0005) return "0 s";
  return seconds > 0 ? "+" + time_s(seconds) : time_s(seconds);
}

std::string percent(double share) {
  if (!std::isfinite(share)) return std::string(kNothing);
  const double value = share * 100;
  if (value < 0) return "−" + percent(-share);
  if (value == 0) return "0 %";
  if (value == 100) return "100 %";
  if (value > 100) return without_trailing_zeros(significant(value)) + " %";
  if (value < 0.001) return "< 0.001 %";
  // Digits are added near 100 %, where it is the missing rest that is read.
  if (value > 99.9995) return "> 99.999 %";
  if (value >= 99.9) return without_trailing_zeros(fixed(std::min(value, 99.999), 3)) + " %";
  if (value >= 99) return without_trailing_zeros(fixed(std::min(value, 99.99), 2)) + " %";
  return without_trailing_zeros(significant(value)) + " %";
}

std::string percent(const std::optional<double>& share) {
  return share ? percent(*share) : std::string(kNothing);
}

std::string count(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string per_second(double rate) {
  if (!std::isfinite(rate)) return std::string(kNothing);
  const std::string text =
      rate < 99.95 || rate >= kHuge ? significant(rate) : fixed(rate, rate < 9999.5 ? 1 : 0);
  return without_trailing_zeros(text) + "/s";
}

std::string ratio(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) return std::string(kNothing);
  return "× " + significant(*value);
}

std::string metric(std::string_view name, const std::optional<double>& value) {
  if (!value) return std::string(kNothing);
  const auto starts = [&](std::string_view with) { return name.substr(0, with.size()) == with; };
  if (starts("ok_p") || starts("ok_m") || starts("service_")) {
    name.remove_prefix(name.find('_') + 1);
  }
  if (name == "error_rate" || name == "goodput" || name == "achieved_rate" || starts("failed(") ||
      starts("share(")) {
    return percent(*value);
  }
  if (name == "tps" || name == "ok_rate") return per_second(*value);
  const bool is_quantile = name.size() > 1 && name[0] == 'p' && name[1] >= '0' && name[1] <= '9';
  if (is_quantile || name == "max" || name == "mean" || name.find("time") != name.npos ||
      name.find("outage") != name.npos || starts("healed")) {
    return time_s(*value);
  }
  return significant(*value);
}

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  each_character(text, [&](std::string_view c) {
    if (c == "&") {
      out += "&amp;";
    } else if (c == "<") {
      out += "&lt;";
    } else if (c == ">") {
      out += "&gt;";
    } else if (c == "\"") {
      out += "&quot;";
    } else if (c == "'") {
      out += "&#39;";
    } else {
      out += banned_in_xml(c) ? kReplacement : c;
    }
  });
  return out;
}

std::string escape_markdown(std::string_view text) {
  std::string out;
  each_character(text, [&](std::string_view c) {
    if (c == "<") {
      out += "&lt;";
    } else if (c == "&") {
      out += "&amp;";
    } else if (c == "\n" || c == "\r" || c == "\t") {
      out += ' ';
    } else if (c.size() == 1 && std::string_view("\\`*_[]|#~@!").find(c[0]) != c.npos) {
      out += '\\';
      out += c;
    } else {
      out += banned_in_xml(c) ? kReplacement : c;
    }
  });
  return out;
}

std::string escape_terminal(std::string_view text) {
  std::string out;
  each_character(text, [&](std::string_view c) {
    const auto lead = static_cast<unsigned char>(c[0]);
    // U+0080 – U+009F are control characters, too: some terminals obey them.
    const bool control = (c.size() == 1 && (lead < 0x20 || lead == 0x7F) && c != "\n") ||
                         (c.size() == 2 && lead == 0xC2 && static_cast<unsigned char>(c[1]) < 0xA0);
    out += control ? kReplacement : c;
  });
  return out;
}

std::string one_line_for_terminal(std::string_view text) {
  std::string out = escape_terminal(text);
  std::replace(out.begin(), out.end(), '\n', ' ');
  return out;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  each_character(text, [&](std::string_view) { ++width; });
  return width;
}

std::string shell_quote(std::string_view argument) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";
  if (!argument.empty() && argument.find_first_not_of(kPlain) == argument.npos) {
    return std::string(argument);
  }
  std::string out = "'";
  for (const char c : argument) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace loadgen::reports
