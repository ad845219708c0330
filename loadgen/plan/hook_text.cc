#include "loadgen/plan/hook_text.h"

#include <algorithm>
#include <string_view>

#include "loadgen/plan/nearest_word.h"
#include "loadgen/plan/variable_name.h"

namespace loadgen {
namespace {

/// A variable at the start of a text that begins with `$`: its name and how much of the text it is;
/// an empty name when the `$` is text.
struct Reference {
  std::string_view name;
  std::size_t length = 1;
};

Reference reference_at(std::string_view text) {
  const bool braced = text.size() > 1 && text[1] == '{';
  const std::size_t begin = braced ? 2 : 1;
  std::size_t end = begin;
  while (end < text.size() && continues_name(text[end])) ++end;
  const std::string_view name = text.substr(begin, end - begin);
  if (!is_variable_name(name)) return {};
  if (!braced) return {name, end};
  return end < text.size() && text[end] == '}' ? Reference{name, end + 1} : Reference{};
}

[[noreturn]] void unknown(std::string_view name, const Variables& variables) {
  std::vector<std::string_view> known;
  for (const auto& [key, value] : variables) known.push_back(key);
  const std::string shown(name);
  throw UserError(
      "unknown variable $" + shown +
      (known.empty() ? ": the group has no vars" : ": the group's vars are " + listed(known)) +
      did_you_mean(name, known) + " (write $$" + shown + " for the text $" + shown + ")");
}

std::string expand(std::string_view text, const Variables& variables) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '$') {
      const std::size_t end = std::min(text.find('$'), text.size());
      out += text.substr(0, end);
      text.remove_prefix(end);
      continue;
    }
    if (text.substr(0, 2) == "$$") {
      out += '$';
      text.remove_prefix(2);
      continue;
    }
    const Reference reference = reference_at(text);
    const auto found = variables.find(reference.name);
    if (found != variables.end()) {
      out += found->second;
    } else if (reference.name.empty() || reference.name.substr(0, 8) == "LOADGEN_") {
      out += text.substr(0, reference.length);
    } else {
      unknown(reference.name, variables);
    }
    text.remove_prefix(reference.length);
  }
  return out;
}

}  // namespace

std::vector<std::string> expand_hook(const std::vector<std::string>& argv,
                                     const Variables& variables) {
  std::vector<std::string> expanded;
  expanded.reserve(argv.size());
  for (const std::string& argument : argv) expanded.push_back(expand(argument, variables));
  return expanded;
}

Variables shown_variables(const Group& group) {
  Variables shown;
  for (const Variable& v : group.vars) {
    if (v.secret) {
      shown[v.name] = "***";
    } else {
      shown[v.name] = v.command.empty() ? v.value : "<output of " + shell_text(v.command) + ">";
    }
  }
  return shown;
}

std::string shell_text(const std::vector<std::string>& argv) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%^";
  std::string text;
  for (const std::string& argument : argv) {
    if (!text.empty()) text += ' ';
    if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string::npos) {
      text += argument;
      continue;
    }
    text += '\'';
    for (const char c : argument) {
      if (c == '\'') {
        text += "'\\''";
      } else {
        text += c;
      }
    }
    text += '\'';
  }
  return text;
}

}  // namespace loadgen
