// Names of variables, in scenarios, hooks and placeholders: a letter or _, then letters, digits, _.
#pragma once

#include <algorithm>
#include <string_view>

namespace loadgen {

constexpr bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool continues_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

/// Pure.
constexpr bool is_variable_name(std::string_view text) {
  return !text.empty() && starts_name(text.front()) &&
         std::all_of(text.begin(), text.end(), continues_name);
}

}  // namespace loadgen
