// The variables of one client.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgbench_mode/value.h"

namespace loadgen::pgbench {

/// Whether a variable may have this name: letters, digits, underscores and bytes above 127, and no
/// digit first. Pure.
bool is_variable_name(std::string_view name);

/// What a text set by -D, \gset, \aset or \setshell is, when an expression asks: NULL for "null";
/// a boolean for "on", "off", "of" and any beginning of true, false, yes and no; an integer, else a
/// double; case and blanks before a number do not matter. Throws EvaluationError as pgbench words
/// it, with an empty text for an empty text. name: for the message. Pure.
Value parse_value(std::string_view text, std::string_view name);

/// Names to values, in the client's thread. A variable is set as a value (\set) or as a text (-D,
/// \gset); the other form is made when it is first asked for, and kept. A regular value.
class Variables {
 public:
  /// Sets a variable, new or not. False, and nothing happens, when the name is not allowed; the
  /// caller words it: `<context>: invalid variable name: "<name>"`.
  [[nodiscard]] bool set(std::string_view name, const Value& value);
  [[nodiscard]] bool set_text(std::string_view name, std::string_view text);

  bool contains(std::string_view name) const { return find(name) != nullptr; }

  /// The text for SQL: as it was set, or the value rendered. nullptr: there is no such variable.
  /// Valid until the variable is set again or another one is added.
  const std::string* text(std::string_view name) const;

  /// The value for expressions. Throws EvaluationError: undefined variable, malformed text.
  const Value& value(std::string_view name) const;

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string name;
    // At least one of both is there.
    mutable std::optional<std::string> text;
    mutable std::optional<Value> value;
  };

  const Entry* find(std::string_view name) const;
  Entry* find_or_add(std::string_view name);

  std::vector<Entry> entries_;  // ascending by name
};

}  // namespace loadgen::pgbench
