#include "pgbench_mode/variables.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace loadgen::pgbench;

namespace {

std::string read(const std::string& text) {
  try {
    return debug_text(parse_value(text, "v"));
  } catch (const EvaluationError& error) {
    return std::string("error: ") + error.what();
  }
}

}  // namespace

TEST_CASE("a text is typed when an expression asks for it") {
  struct Row {
    std::string why, text, expected;
  };
  const Row rows[] = {
      {"NULL in any case", "nUlL", "null"},
      {"but not its beginnings", "nul", "error: malformed variable \"v\" value: \"nul\""},
      {"true", "TRUE", "boolean true"},
      {"beginnings of true", "t", "boolean true"},
      {"beginnings of yes", "ye", "boolean true"},
      {"on", "On", "boolean true"},
      {"false", "false", "boolean false"},
      {"beginnings of false", "fal", "boolean false"},
      {"no", "n", "boolean false"},
      {"off", "off", "boolean false"},
      {"of", "OF", "boolean false"},
      {"o may be on or off", "o", "error: malformed variable \"v\" value: \"o\""},
      {"longer than true", "truee", "error: malformed variable \"v\" value: \"truee\""},
      {"an integer", "-12", "int -12"},
      {"blanks and a sign before it", " \t+12", "int 12"},
      {"0 is no boolean", "0", "int 0"},
      {"the lowest integer", "-9223372036854775808", "int -9223372036854775808"},
      {"one below", "-9223372036854775809",
       "error: value \"-9223372036854775809\" is out of range for type bigint"},
      {"only a sign: taken for an integer", "-",
       "error: invalid input syntax for type bigint: \"-\""},
      {"only a blank, too", " ", "error: invalid input syntax for type bigint: \" \""},
      {"a blank after it: not an integer", "1 ", "error: malformed variable \"v\" value: \"1 \""},
      {"a double", "2.50", "double 2.5"},
      {"as strtod reads it", "0x1F", "double 31"},
      {"too large for a double", "1e400", "error: malformed variable \"v\" value: \"1e400\""},
      {"infinite", "inf", "double Infinity"},
      {"a word", "abc", "error: malformed variable \"v\" value: \"abc\""},
      {"nothing: pgbench stops without a word", "", "error: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(read(row.text) == row.expected);
  }
}

TEST_CASE("names") {
  for (const char* name : {"a", "_", "Z9_", "\xc3\xa9t\xc3\xa9"}) {
    CAPTURE(name);
    CHECK(is_variable_name(name));
    Variables variables;
    CHECK(variables.set(name, std::int64_t{1}));
    CHECK(variables.contains(name));
  }
  for (const char* name : {"", "1", "9a", "a-b", "a b", "a.b", ":a", "$"}) {
    CAPTURE(name);
    CHECK_FALSE(is_variable_name(name));
    Variables variables;
    CHECK_FALSE(variables.set(name, std::int64_t{1}));
    CHECK_FALSE(variables.set_text(name, "1"));
    CHECK(variables.size() == 0);
  }
}

TEST_CASE("a text stays as it was written, a value is rendered") {
  Variables variables;
  REQUIRE(variables.set_text("a", " 007"));
  CHECK(*variables.text("a") == " 007");
  CHECK(variables.value("a") == Value(std::int64_t{7}));
  CHECK(*variables.text("a") == " 007");

  REQUIRE(variables.set("a", 0.5));
  CHECK(variables.value("a") == Value(0.5));
  CHECK(*variables.text("a") == "0.5");
  REQUIRE(variables.set("a", Value()));
  CHECK(*variables.text("a") == "NULL");
  CHECK(is_null(variables.value("a")));
  REQUIRE(variables.set_text("a", "x'); --"));
  CHECK(*variables.text("a") == "x'); --");
  CHECK(variables.size() == 1);
}

TEST_CASE("a variable may be set from its own text") {
  Variables variables;
  REQUIRE(variables.set_text("a", "a text too long to be kept in the string itself"));
  const std::string before = *variables.text("a");
  REQUIRE(variables.set_text("a", *variables.text("a")));
  CHECK(*variables.text("a") == before);
}

TEST_CASE("a variable that is not there") {
  Variables variables;
  CHECK(variables.text("x") == nullptr);
  CHECK_FALSE(variables.contains("x"));
  CHECK_THROWS_WITH_AS(variables.value("x"), "undefined variable \"x\"", EvaluationError);
  REQUIRE(variables.set("X", std::int64_t{1}));
  CHECK_FALSE(variables.contains("x"));  // case matters
}

TEST_CASE("many variables, set in any order") {
  Variables variables;
  for (int i = 0; i < 100; ++i) {
    REQUIRE(variables.set("v" + std::to_string(i * 37 % 100), std::int64_t{i}));
  }
  CHECK(variables.size() == 100);
  const Variables copy = variables;
  REQUIRE(variables.set("v0", std::int64_t{-1}));
  for (int i = 0; i < 100; ++i) {
    REQUIRE(copy.value("v" + std::to_string(i * 37 % 100)) == Value(std::int64_t{i}));
  }
}
