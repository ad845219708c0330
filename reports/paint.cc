#include "reports/paint.h"

#include "reports/format.h"

namespace loadgen::reports {

std::string Paint::of(Verdict verdict, const std::string& text) const {
  switch (verdict) {
    case Verdict::pass:
      return with("1;32", text);
    case Verdict::failed:
      return with("1;31", text);
    case Verdict::degraded:
    case Verdict::invalid:
      return with("1;33", text);
    case Verdict::inconclusive:
    case Verdict::none:
      return with("1;36", text);
  }
  return text;
}

std::string Paint::with(const char* code, const std::string& text) const {
  return colour_ ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
}

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
  std::string out;
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = text.find(' ', at);
    if (end == text.npos) end = text.size();
    const std::string word = text.substr(at, end - at);
    const std::size_t length = width_of(word);
    if (used > 0 && indent + used + 1 + length > width) {
      out += "\n" + std::string(indent, ' ');
      used = 0;
    }
    out += (used > 0 ? " " : "") + word;
    used += length + (used > 0 ? 1 : 0);
    at = end + 1;
  }
  return out + "\n";
}

}  // namespace loadgen::reports
