#include "pgbench_mode/value.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace loadgen::pgbench {
namespace {

/// As the server's own printf writes them, which pgbench uses.
std::string number_text(double number, std::chars_format format, int precision) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  char digits[400];  // %f of the largest double has 309 digits before the point
  const auto end = std::to_chars(digits, digits + sizeof digits, number, format, precision).ptr;
  return std::string(digits, end);
}

[[noreturn]] void refuse(const Value& value, std::string_view wanted) {
  throw EvaluationError("cannot coerce " + std::string(type_name(value)) + " to " +
                        std::string(wanted));
}

}  // namespace

std::string_view type_name(const Value& value) {
  constexpr std::string_view kNames[] = {"null", "boolean", "int", "double"};
  return kNames[value.index()];
}

std::string render(const Value& value) {
  if (const bool* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const double* number = std::get_if<double>(&value)) {
    return number_text(*number, std::chars_format::general, std::numeric_limits<double>::digits10);
  }
  return "NULL";
}

std::string debug_text(const Value& value) {
  if (is_null(value)) return "null";
  return std::string(type_name(value)) + " " + render(value);
}

std::string fixed_text(double number) { return number_text(number, std::chars_format::fixed, 6); }

bool is_true(const Value& value) {
  if (const bool* boolean = std::get_if<bool>(&value)) return *boolean;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer != 0;
  if (const double* number = std::get_if<double>(&value)) return *number != 0;
  return false;
}

bool to_bool(const Value& value) {
  if (const bool* boolean = std::get_if<bool>(&value)) return *boolean;
  refuse(value, "boolean");
}

std::int64_t to_int(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const double* number = std::get_if<double>(&value)) {
    const double rounded = std::rint(*number);
    constexpr double kLimit = 9223372036854775808.0;  // 2^63, the first that does not fit
    if (rounded >= -kLimit && rounded < kLimit) return static_cast<std::int64_t>(rounded);
    throw EvaluationError("double to int overflow for " + fixed_text(rounded));
  }
  refuse(value, "int");
}

double to_double(const Value& value) {
  if (const double* number = std::get_if<double>(&value)) return *number;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return static_cast<double>(*integer);
  }
  refuse(value, "double");
}

}  // namespace loadgen::pgbench
