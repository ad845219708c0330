// Is it JSON? A recogniser for tests of what we print, with no library and no values.
#pragma once

#include <cctype>
#include <string_view>

namespace loadgen {

class JsonSyntax {
 public:
  static bool accepts(std::string_view text) {
    JsonSyntax json{text};
    return json.value() && json.space() && json.at_ == text.size();
  }

 private:
  explicit JsonSyntax(std::string_view text) : text_(text) {}

  bool value() {
    space();
    if (take('{')) return list('}', true);
    if (take('[')) return list(']', false);
    if (peek() == '"') return text();
    const std::size_t begin = at_;
    while (std::isalnum(static_cast<unsigned char>(peek())) != 0 || peek() == '-' ||
           peek() == '.' || peek() == '+') {
      ++at_;
    }
    return at_ > begin;
  }

  bool list(char end, bool named) {
    space();
    if (take(end)) return true;
    do {
      space();
      if (named && !(text() && space() && take(':'))) return false;
      if (!value()) return false;
      space();
    } while (take(','));
    return take(end);
  }

  bool text() {
    if (!take('"')) return false;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\n') return false;
      if (text_[at_] == '\\') ++at_;
    }
    return take('"');
  }

  bool space() {
    while (peek() == ' ' || peek() == '\n') ++at_;
    return true;
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace loadgen
