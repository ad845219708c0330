// The messages and the places are those of PostgreSQL 15's pgbench.
#include <doctest/doctest.h>

#include <string>

#include "pgbench_mode/expression.h"

using namespace loadgen::pgbench;

namespace {

struct Refusal {
  std::string message;
  std::size_t offset = 0;
};

Refusal refusal(const std::string& text) {
  try {
    parse_expression(text);
  } catch (const ExpressionError& error) {
    return {error.what(), error.offset()};
  }
  return {"parsed", 0};
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("operators bind as pgbench's do") {
  struct Row {
    std::string why, text, same;
  };
  const Row rows[] = {
      {"products before sums", "1 + 2 * 3 - 4", "(1 + (2 * 3)) - 4"},
      {"to the left", "1 - 2 - 3", "(1 - 2) - 3"},
      {"to the left, of different operators", "8 / 4 % 3 * 2", "((8 / 4) % 3) * 2"},
      {"sums before bits", "1 + 2 << 3", "(1 + 2) << 3"},
      {"bits are all alike", "1 | 2 & 3 # 4 >> 5", "(((1 | 2) & 3) # 4) >> 5"},
      {"bits before comparisons", "1 | 2 < 4", "(1 | 2) < 4"},
      {"comparisons before IS", "1 < 2 is null", "(1 < 2) is null"},
      {"and then comparisons again", "1 < 2 is null < 3", "((1 < 2) is null) < 3"},
      {"IS before NOT", "not 1 is null", "not (1 is null)"},
      {"NOT before AND", "not true and false", "(not true) and false"},
      {"AND before OR", "true or false and true", "true or (false and true)"},
      {"OR to the left", "true or false or true", "(true or false) or true"},
      {"minus binds tightest", "- 1 * 2", "(- 1) * 2"},
      {"a prefix in a sum takes what is looser than it", "1 * not 2 + 3", "1 * (not (2 + 3))"},
      {"NOT in a comparison takes the next one", "1 < not 2 < 3", "1 < (not (2 < 3))"},
      {"the complement is as loose as bits", "~ 1 + 2 | 3", "(~ (1 + 2)) | 3"},
      {"and takes products from around it", "2 * ~ 1 * 3", "2 * (~ (1 * 3))"},
      {"signs before signs", "- + - 1", "-(-1)"},
      {"a plus is nothing", "+1", "1"},
      {"IS NOT NULL", "1 is not null", "not (1 is null)"},
      {"short forms of IS", "1 isnull", "1 is null"},
      {"and of IS NOT", "1 notnull", "1 is not null"},
      {"one after the other", "1 isnull notnull", "(1 isnull) notnull"},
      {"without ELSE it is NULL", "case when 1 then 2 end", "case when 1 then 2 else null end"},
      {"another way to write unequal", "1 != 2", "1 <> 2"},
      {"greater is less, swapped", "1 + 2 > 3", "3 < (1 + 2)"},
      {"so is what is not less", "1 >= 2", "2 <= 1"},
      {"the lowest integer's minus may stand apart", "- 9223372036854775808",
       "-9223372036854775808"},
      {"mod is %", "mod(5, 3)", "5 % 3"},
      {"hash is hash_murmur2 with the default seed", "Hash(1)", "hash_murmur2(1, :default_seed)"},
      {"permute has it too", "permute(1, 2)", "permute(1, 2, :default_seed)"},
      {"the first argument may be empty if a comma follows", "abs(, 1)", "abs(1)"},
      {"what follows the line is not read", "1\n+", "1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(parse_expression(row.text).instructions == parse_expression(row.same).instructions);
  }
}

TEST_CASE("what is no expression") {
  struct Row {
    std::string why, text, message;
    std::size_t offset;
  };
  const Row rows[] = {
      {"nothing", "", "syntax error", 0},
      {"an operand is missing", "1 +", "syntax error", 3},
      {"an operand too many", "1 23", "syntax error", 3},
      {"a comparison of a comparison", "1 < 2 < 3", "syntax error", 6},
      {"also when it is in the other direction", "1 = 2 >= 3", "syntax error", 7},
      {"a parenthesis is missing", "(1", "syntax error", 2},
      {"a parenthesis too many", "1)", "syntax error", 1},
      {"IS wants a constant", "1 is 1", "syntax error", 5},
      {"IS NOT, too", "1 is not 1.5", "syntax error", 11},
      {"IS NOT only once", "1 is not not null", "syntax error", 11},
      {"2^63 without a minus", "9223372036854775808", "syntax error", 18},
      {"2^63 after a binary minus", "1-9223372036854775808", "syntax error", 20},
      {"2^63 in parentheses", "-(9223372036854775808)", "syntax error", 20},
      {"an empty argument", "abs(1,)", "syntax error", 6},
      {"a name without a call", "abs", "syntax error", 3},
      {"a name after a value", "1 foo", "syntax error", 4},
      {"CASE without WHEN", "case else 1 end", "syntax error", 8},
      {"CASE without END", "case when 1 then 2", "syntax error", 18},
      {"CASE with a value to compare", "case 1 when 1 then 2 end", "syntax error", 5},
      {"an unknown function, noticed before its parenthesis", "foo",
       "unexpected function name (foo)", 2},
      {"the name is shown as written", "1 + Foo(", "unexpected function name (Foo)", 6},
      {"arguments are counted at the end", "1 + ABS( )", "unexpected number of arguments (abs)", 9},
      {"one too many", "abs(1,2)", "unexpected number of arguments (abs)", 7},
      {"pi takes none", "pi(1)", "unexpected number of arguments (pi)", 4},
      {"hash takes one or two", "hash()", "unexpected number of arguments (hash)", 5},
      {"not three", "hash(1,2,3)", "unexpected number of arguments (hash)", 10},
      {"permute takes two or three", "permute(1)", "unexpected number of arguments (permute)", 9},
      {"least takes any, but one", "least()", "at least one argument expected (least)", 6},
      {"characters", "1 @ 2", "unexpected character (@)", 2},
      {"the last character that fits nowhere is shown", "@ + $ 1", "unexpected character ($)", 4},
      {"even after another error", "1 2 @", "unexpected character (@)", 4},
      {"numbers too large also come later", "foo(1) 99999999999999999999",
       "bigint constant overflow (99999999999999999999)", 26},
      {"but not on the next line", "1 2\n@", "syntax error", 2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Refusal found = refusal(row.text);
    CHECK(found.message == row.message);
    CHECK(found.offset == row.offset);
  }
}

TEST_CASE("nesting is bounded") {
  CHECK(refusal(repeated("(", 499) + "1" + repeated(")", 499)).message == "parsed");
  CHECK(refusal(repeated("(", 500) + "1").message == "memory exhausted");
  CHECK(refusal(repeated("- ", 100'000) + "1").message == "memory exhausted");
  CHECK(refusal(repeated("case when ", 100'000)).message == "memory exhausted");
  // What is long without being nested is not.
  CHECK(refusal("1" + repeated(" + 1", 100'000)).message == "parsed");
}
