#include "pgbench_mode/value.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace loadgen::pgbench;

namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string refusal(void (*convert)(const Value&), const Value& value) {
  try {
    convert(value);
  } catch (const EvaluationError& error) {
    return error.what();
  }
  return "converted";
}
void as_bool(const Value& value) { to_bool(value); }
void as_int(const Value& value) { to_int(value); }
void as_double(const Value& value) { to_double(value); }

}  // namespace

TEST_CASE("values become text for SQL and for debug()") {
  struct Row {
    std::string why;
    Value value;
    std::string text, debug;
  };
  const Row rows[] = {
      {"NULL, in upper case for SQL", {}, "NULL", "null"},
      {"true", true, "true", "boolean true"},
      {"false", false, "false", "boolean false"},
      {"an integer", std::int64_t{-5}, "-5", "int -5"},
      {"the lowest one", kLowest, "-9223372036854775808", "int -9223372036854775808"},
      {"a double that is whole", 2.0, "2", "double 2"},
      {"15 significant digits: the sixteenth is not shown", 0.1 + 0.2, "0.3", "double 0.3"},
      {"a third", 1.0 / 3, "0.333333333333333", "double 0.333333333333333"},
      {"the last without an exponent", 123456789012345.0, "123456789012345",
       "double 123456789012345"},
      {"the first with one", 1e15, "1e+15", "double 1e+15"},
      {"small, without", 0.0001, "0.0001", "double 0.0001"},
      {"small, with", 0.00001, "1e-05", "double 1e-05"},
      {"minus zero", -0.0, "-0", "double -0"},
      {"not a number, whatever its sign", -std::nan(""), "NaN", "double NaN"},
      {"infinite", kInfinity, "Infinity", "double Infinity"},
      {"infinite the other way", -kInfinity, "-Infinity", "double -Infinity"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(render(row.value) == row.text);
    CHECK(debug_text(row.value) == row.debug);
  }
}

TEST_CASE("numbers turn into each other, half to even") {
  CHECK(to_int(std::int64_t{5}) == 5);
  CHECK(to_int(1.4999) == 1);
  CHECK(to_int(1.5) == 2);
  CHECK(to_int(2.5) == 2);
  CHECK(to_int(-2.5) == -2);
  CHECK(to_int(-9223372036854775808.0) == kLowest);
  CHECK(to_int(std::nextafter(9223372036854775808.0, 0)) == 9223372036854774784);
  CHECK(to_double(std::int64_t{5}) == 5.0);
  CHECK(to_double(0.5) == 0.5);
  CHECK(to_bool(true));
  CHECK_FALSE(to_bool(false));
}

TEST_CASE("what cannot be converted is refused in pgbench's words") {
  CHECK(refusal(as_bool, {}) == "cannot coerce null to boolean");
  CHECK(refusal(as_bool, std::int64_t{1}) == "cannot coerce int to boolean");
  CHECK(refusal(as_bool, 1.0) == "cannot coerce double to boolean");
  CHECK(refusal(as_int, {}) == "cannot coerce null to int");
  CHECK(refusal(as_int, true) == "cannot coerce boolean to int");
  CHECK(refusal(as_double, {}) == "cannot coerce null to double");
  CHECK(refusal(as_double, true) == "cannot coerce boolean to double");
  CHECK(refusal(as_int, 9223372036854775808.0) ==
        "double to int overflow for 9223372036854775808.000000");
  CHECK(refusal(as_int, -1e19) == "double to int overflow for -10000000000000000000.000000");
  CHECK(refusal(as_int, std::nan("")) == "double to int overflow for NaN");
  CHECK(refusal(as_int, -kInfinity) == "double to int overflow for -Infinity");
}

TEST_CASE("the largest double fits into a message") {
  const std::string text = fixed_text(-std::numeric_limits<double>::max());
  CHECK(text.size() == 317);
  CHECK(text.substr(0, 12) == "-17976931348");
  CHECK(text.substr(310) == ".000000");
}

TEST_CASE("a condition holds for true and for numbers other than 0") {
  CHECK(is_true(true));
  CHECK(is_true(std::int64_t{-1}));
  CHECK(is_true(1e-300));
  CHECK(is_true(std::nan("")));
  CHECK_FALSE(is_true(false));
  CHECK_FALSE(is_true({}));
  CHECK_FALSE(is_true(std::int64_t{0}));
  CHECK_FALSE(is_true(-0.0));
}
