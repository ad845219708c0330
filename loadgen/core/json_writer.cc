#include "loadgen/core/json_writer.h"

#include <charconv>
#include <cmath>

#include "loadgen/core/assert.h"
#include "loadgen/core/utf8.h"

namespace loadgen {

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  Level& level = levels_.back();
  if (!level.empty) text_ += ',';
  if (level.layout == JsonLayout::block) {
    text_ += '\n';
    text_.append(levels_.size(), ' ');
  } else if (!level.empty) {
    text_ += ' ';
  }
  level.empty = false;
}

void JsonWriter::begin(char bracket, JsonLayout layout) {
  separate();
  text_ += bracket;
  // Inside a line everything stays on that line.
  const bool in_line = !levels_.empty() && levels_.back().layout == JsonLayout::line;
  levels_.push_back({in_line ? JsonLayout::line : layout});
}

void JsonWriter::end(char bracket) {
  LG_ASSERT(!levels_.empty() && !after_key_);
  const Level level = levels_.back();
  levels_.pop_back();
  if (level.layout == JsonLayout::block && !level.empty) {
    text_ += '\n';
    text_.append(levels_.size(), ' ');
  }
  text_ += bracket;
}

void JsonWriter::key(std::string_view name) {
  LG_ASSERT(!after_key_);
  separate();
  quote(name);
  text_ += ": ";
  after_key_ = true;
}

void JsonWriter::scalar(std::string_view text) {
  separate();
  text_ += text;
}

void JsonWriter::value(std::string_view text) {
  separate();
  quote(text);
}

void JsonWriter::value(double number) {
  if (!std::isfinite(number)) return value(nullptr);
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  scalar({digits, static_cast<std::size_t>(end - digits)});
}

void JsonWriter::quote(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  text_ += '"';
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '"':
        text_ += "\\\"";
        break;
      case '\\':
        text_ += "\\\\";
        break;
      case '\n':
        text_ += "\\n";
        break;
      case '\r':
        text_ += "\\r";
        break;
      case '\t':
        text_ += "\\t";
        break;
      default:
        if (const auto byte = static_cast<unsigned char>(c); byte < 0x20 || byte == 0x7F) {
          text_ += "\\u00";
          text_ += kHex[byte >> 4];
          text_ += kHex[byte & 15];
        } else {
          text_ += c;
        }
    }
  }
  text_ += '"';
}

}  // namespace loadgen
