// What a pgbench variable or expression holds, and how it turns from one type into another.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace loadgen::pgbench {

/// NULL, boolean, 64-bit integer or double; nothing else exists in pgbench's expressions.
using Value = std::variant<std::monostate, bool, std::int64_t, double>;

/// An expression that cannot be evaluated. what() is the text that pgbench logs after "error: ";
/// it is empty where pgbench aborts the client without a word (a variable set to "").
class EvaluationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

/// "null", "boolean", "int" or "double", as messages and debug() name the types.
std::string_view type_name(const Value& value);

/// The text that stands for the value in SQL: NULL, true, false, digits; doubles with 15
/// significant digits, and NaN, Infinity, -Infinity. Pure.
std::string render(const Value& value);

/// What debug(value) prints after its place: "int 5", "double 0.5", "boolean true", "null". Pure.
std::string debug_text(const Value& value);

/// The number as %f prints it, for messages: 6 digits after the point; NaN, Infinity. Pure.
std::string fixed_text(double number);

/// What \if and CASE WHEN take for true: true and numbers other than 0. NULL is false, NaN true.
bool is_true(const Value& value);

/// The value as the type, or EvaluationError ("cannot coerce null to int"). Only numbers turn into
/// each other: a double is rounded half to even, and must fit into 64 bits. Pure.
bool to_bool(const Value& value);
std::int64_t to_int(const Value& value);
double to_double(const Value& value);

}  // namespace loadgen::pgbench
