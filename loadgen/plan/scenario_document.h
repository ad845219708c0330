// A TOML document as a value: every key and value with its place, tables in file order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen::document {

/// Where something is written. Lines and columns count from 1, columns in characters.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t override_number = 0;  // 0: in the file; n: in the n-th --set
  auto operator<=>(const Place&) const = default;
};

struct Member;

struct Value {
  enum class Kind : std::uint8_t { text, integer, real, boolean, date, array, table };
  Kind kind = Kind::table;
  Place place;
  std::string text;  // of a text
  std::int64_t integer = 0;
  double real = 0;  // of a real, and of an integer
  bool boolean = false;
  std::vector<Value> items;     // of an array
  std::vector<Member> members;  // of a table, in file order
  /// A text in which a variable was answered with "": it is not judged (see ScenarioSource).
  bool blank = false;

  bool is(Kind k) const { return kind == k; }
  /// The member of a table; null when there is none, and when this is no table.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
};

struct Member {
  std::string key;
  Place key_place;
  Value value;
};

/// "a text", "a whole number", "a table", …, for messages. Pure.
std::string_view name_of(Value::Kind kind);

/// A text that is no TOML: where, and why.
struct SyntaxError {
  Place place;
  std::string what;
};

/// Parses TOML 1.0. Throws SyntaxError. Pure.
Value parse(std::string_view text);

}  // namespace loadgen::document
