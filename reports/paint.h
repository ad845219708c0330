// Colours and line breaks of a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "loadgen/core/result.h"

namespace loadgen::reports {

/// ANSI codes around a text, or nothing. Regular value.
class Paint {
 public:
  explicit Paint(bool colour) : colour_(colour) {}
  std::string bold(const std::string& text) const { return with("1", text); }
  std::string dim(const std::string& text) const { return with("2", text); }
  std::string of(Verdict verdict, const std::string& text) const;

 private:
  std::string with(const char* code, const std::string& text) const;
  bool colour_;
};

/// Breaks at spaces; what follows the first line is indented. Ends with a line break. Pure.
std::string wrapped(const std::string& text, std::size_t width, std::size_t indent);

}  // namespace loadgen::reports
