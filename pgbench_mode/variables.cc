#include "pgbench_mode/variables.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "pgbench_mode/words.h"

namespace loadgen::pgbench {
namespace {

bool is_begin_of(std::string_view text, std::string_view word) {
  return text.size() <= word.size() && same_word(text, word.substr(0, text.size()));
}

// Blanks, a sign, digits, any of them missing: what pgbench takes for an integer, right or wrong.
bool looks_like_integer(std::string_view text) {
  std::size_t at = text.find_first_not_of(" \t\n\v\f\r");
  if (at == std::string_view::npos) return true;
  if (text[at] == '+' || text[at] == '-') ++at;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_digit);
}

std::int64_t parse_integer(const std::string& text) {
  char* end = nullptr;
  errno = 0;
  const long long number = std::strtoll(text.c_str(), &end, 10);
  if (errno == ERANGE) {
    throw EvaluationError("value \"" + text + "\" is out of range for type bigint");
  }
  if (end == text.c_str() || *end != '\0') {
    throw EvaluationError("invalid input syntax for type bigint: \"" + text + "\"");
  }
  return number;
}

}  // namespace

bool is_variable_name(std::string_view name) {
  return !name.empty() && starts_name(name.front()) &&
         std::all_of(name.begin(), name.end(), continues_name);
}

Value parse_value(std::string_view text, std::string_view name) {
  if (text.empty()) throw EvaluationError("");
  if (same_word(text, "null")) return {};
  if (is_begin_of(text, "true") || is_begin_of(text, "yes") || same_word(text, "on")) return true;
  if (is_begin_of(text, "false") || is_begin_of(text, "no") || same_word(text, "off") ||
      same_word(text, "of")) {
    return false;
  }
  const std::string copy(text);  // the functions of C need its NUL
  if (looks_like_integer(text)) return parse_integer(copy);
  if (const auto number = parse_double(copy)) return *number;
  throw EvaluationError("malformed variable \"" + std::string(name) + "\" value: \"" + copy + "\"");
}

const Variables::Entry* Variables::find(std::string_view name) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), name,
                                   [](const Entry& e, std::string_view n) { return e.name < n; });
  return at == entries_.end() || at->name != name ? nullptr : &*at;
}

Variables::Entry* Variables::find_or_add(std::string_view name) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), name,
                                   [](const Entry& e, std::string_view n) { return e.name < n; });
  if (at != entries_.end() && at->name == name) return &*at;
  if (!is_variable_name(name)) return nullptr;
  return &*entries_.insert(at, Entry{std::string(name), {}, {}});
}

bool Variables::set(std::string_view name, const Value& value) {
  Entry* entry = find_or_add(name);
  if (entry == nullptr) return false;
  entry->value = value;
  entry->text.reset();
  return true;
}

bool Variables::set_text(std::string_view name, std::string_view text) {
  std::string copy(text);  // `text` may be the variable's own
  Entry* entry = find_or_add(name);
  if (entry == nullptr) return false;
  entry->text = std::move(copy);
  entry->value.reset();
  return true;
}

const std::string* Variables::text(std::string_view name) const {
  const Entry* entry = find(name);
  if (entry == nullptr) return nullptr;
  if (!entry->text) entry->text = render(*entry->value);
  return &*entry->text;
}

const Value& Variables::value(std::string_view name) const {
  const Entry* entry = find(name);
  if (entry == nullptr) {
    throw EvaluationError("undefined variable \"" + std::string(name) + "\"");
  }
  if (!entry->value) entry->value = parse_value(*entry->text, name);
  return *entry->value;
}

}  // namespace loadgen::pgbench
