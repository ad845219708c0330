#include "loadgen/plan/plan_layout.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace loadgen::plan_layout {
namespace {

constexpr std::size_t kWidth = 96;

}  // namespace

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t columns = columns_of(text);
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  const std::size_t columns = columns_of(text);
  return columns < width ? std::string(width - columns, ' ') + text : text;
}

std::string grouped(double number) {
  std::string digits = std::to_string(std::llround(number));
  for (std::size_t at = digits.size(); at > 3 && digits[at - 4] != '-';) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string plain(double number) {
  std::ostringstream out;
  out.precision(6);
  out << number;
  return out.str();
}

std::string clock_text(RunOffset at) {
  const std::int64_t ms = at.count() / 1'000'000;
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  std::string text =
      std::to_string(ms / 3'600'000) + ":" + two(ms / 60'000 % 60) + ":" + two(ms / 1000 % 60);
  if (ms % 1000 != 0) {
    const std::string part = std::to_string(ms % 1000);
    text += "." + std::string(3 - part.size(), '0') + part;
  }
  return text;
}

std::string wrapped(const std::string& text, std::size_t indent) {
  std::istringstream words(text);
  std::string out, word;
  std::size_t column = indent;
  bool first = true;
  while (std::getline(words, word, ' ')) {
    if (!first && column + 1 + columns_of(word) > kWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += columns_of(word);
    first = false;
  }
  return out;
}

}  // namespace loadgen::plan_layout
