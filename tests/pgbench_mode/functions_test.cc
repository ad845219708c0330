#include "pgbench_mode/functions.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace loadgen::pgbench;

namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Value whole(std::int64_t number) { return number; }

std::string result(Function function, const std::vector<Value>& arguments) {
  Random random(1);
  try {
    return debug_text(call_function(function, arguments, random));
  } catch (const EvaluationError& error) {
    return error.what();
  }
}

struct Row {
  std::string why;
  Function function;
  std::vector<Value> arguments;
  std::string expected;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(result(row.function, row.arguments) == row.expected);
  }
}

}  // namespace

TEST_CASE("integers: every result fits or is an error") {
  check({
      {"the highest sum", Function::add, {kHighest - 1, whole(1)}, "int 9223372036854775807"},
      {"one more", Function::add, {kHighest, whole(1)}, "bigint add out of range"},
      {"one less", Function::add, {kLowest, whole(-1)}, "bigint add out of range"},
      {"a difference", Function::subtract, {whole(-2), kHighest}, "bigint sub out of range"},
      {"the lowest one", Function::subtract, {whole(-1), kHighest}, "int -9223372036854775808"},
      {"a product", Function::multiply, {kHighest, whole(2)}, "bigint mul out of range"},
      {"quotients are cut", Function::divide, {whole(-7), whole(2)}, "int -3"},
      {"remainders have the sign of the first", Function::modulo, {whole(-7), whole(2)}, "int -1"},
      {"by 0", Function::divide, {whole(1), whole(0)}, "division by zero"},
      {"remainder by 0", Function::modulo, {whole(1), whole(0)}, "division by zero"},
      {"the one quotient that does not fit",
       Function::divide,
       {kLowest, whole(-1)},
       "bigint div out of range"},
      {"the next one does", Function::divide, {kLowest + 1, whole(-1)}, "int 9223372036854775807"},
      {"its remainder", Function::modulo, {kLowest, whole(-1)}, "int 0"},
      {"abs of the lowest stays", Function::abs, {kLowest}, "int -9223372036854775808"},
      {"abs", Function::abs, {whole(-5)}, "int 5"},
  });
}

TEST_CASE("one double makes the operation one of doubles, but for the remainder") {
  check({
      {"a sum", Function::add, {whole(1), 0.5}, "double 1.5"},
      {"a quotient by 0", Function::divide, {whole(1), 0.0}, "double Infinity"},
      {"0 by 0", Function::divide, {0.0, whole(0)}, "double NaN"},
      {"a remainder rounds its operands", Function::modulo, {7.5, whole(3)}, "int 2"},
      {"an operand that rounds to 0", Function::modulo, {whole(7), 0.5}, "division by zero"},
      {"compared as doubles", Function::equal, {kHighest, 9223372036854775808.0}, "boolean true"},
      {"NaN is not even itself", Function::equal, {std::nan(""), std::nan("")}, "boolean false"},
      {"nor less or equal", Function::less_equal, {std::nan(""), 1.0}, "boolean false"},
      {"less", Function::less, {whole(1), 1.5}, "boolean true"},
      {"booleans are no numbers", Function::add, {true, 0.5}, "cannot coerce boolean to double"},
      {"nor are they compared", Function::equal, {true, true}, "cannot coerce boolean to int"},
  });
}

TEST_CASE("bits") {
  check({
      {"and", Function::bit_and, {whole(6), whole(3)}, "int 2"},
      {"or", Function::bit_or, {whole(6), whole(3)}, "int 7"},
      {"exclusive or", Function::bit_xor, {whole(6), whole(3)}, "int 5"},
      {"into the sign", Function::shift_left, {whole(1), whole(63)}, "int -9223372036854775808"},
      {"64 is 0", Function::shift_left, {whole(1), whole(64)}, "int 1"},
      {"-1 is 63", Function::shift_right, {kLowest, whole(-1)}, "int -1"},
      {"the sign is kept", Function::shift_right, {whole(-8), whole(1)}, "int -4"},
      {"doubles are rounded", Function::bit_or, {2.5, 1.0}, "int 3"},
      {"the left one is refused first",
       Function::bit_and,
       {true, 1e300},
       "cannot coerce boolean to int"},
  });
}

TEST_CASE("NULL makes everything NULL, but not IS") {
  check({
      {"arithmetic", Function::add, {Value(), true}, "null"},
      {"logic", Function::not_, {Value()}, "null"},
      {"functions", Function::greatest, {whole(1), Value(), whole(3)}, "null"},
      {"before anything is checked", Function::random, {whole(5), whole(1), Value()}, "null"},
      {"NULL is NULL", Function::is, {Value(), Value()}, "boolean true"},
      {"0 is not NULL", Function::is, {whole(0), Value()}, "boolean false"},
      {"NULL is not false", Function::is, {Value(), false}, "boolean false"},
      {"1 is not true", Function::is, {whole(1), true}, "boolean false"},
      {"true is", Function::is, {true, true}, "boolean true"},
  });
}

TEST_CASE("the smallest and the largest") {
  check({
      {"of integers", Function::least, {whole(3), whole(1), whole(2)}, "int 1"},
      {"with one double", Function::greatest, {whole(3), 2.5}, "double 3"},
      {"alone", Function::least, {whole(7)}, "int 7"},
      {"a boolean", Function::least, {true}, "cannot coerce boolean to int"},
      {"NaN first is replaced", Function::least, {std::nan(""), whole(1)}, "double 1"},
      {"NaN last stays", Function::greatest, {whole(1), std::nan("")}, "double NaN"},
  });
}

TEST_CASE("functions of doubles") {
  check({
      {"pi", Function::pi, {}, "double 3.14159265358979"},
      {"sqrt", Function::sqrt, {whole(2)}, "double 1.4142135623731"},
      {"sqrt of less than 0", Function::sqrt, {whole(-1)}, "double NaN"},
      {"ln of 0", Function::ln, {whole(0)}, "double -Infinity"},
      {"exp", Function::exp, {whole(1)}, "double 2.71828182845905"},
      {"exp too large", Function::exp, {whole(1000)}, "double Infinity"},
      {"power is always a double", Function::power, {whole(2), whole(10)}, "double 1024"},
      {"abs", Function::abs, {-0.5}, "double 0.5"},
      {"abs of a boolean", Function::abs, {true}, "cannot coerce boolean to double"},
      {"double", Function::to_double, {whole(5)}, "double 5"},
      {"int", Function::to_int, {2.5}, "int 2"},
  });
}

TEST_CASE("random functions refuse ranges and parameters") {
  check({
      {"empty", Function::random, {whole(2), whole(1)}, "empty range given to random"},
      {"too large by one", Function::random, {whole(0), kHighest}, "random range is too large"},
      {"the difference does not fit",
       Function::random,
       {kLowest, whole(0)},
       "random range is too large"},
      {"the range comes before the parameter",
       Function::random_gaussian,
       {whole(2), whole(1), true},
       "empty range given to random"},
      {"gaussian below 2",
       Function::random_gaussian,
       {whole(1), whole(9), 1.9999},
       "gaussian parameter must be at least 2.000000 (not 1.999900)"},
      {"exponential 0",
       Function::random_exponential,
       {whole(1), whole(9), whole(0)},
       "exponential parameter must be greater than zero (not 0.000000)"},
      {"zipfian below 1.001",
       Function::random_zipfian,
       {whole(1), whole(9), 1.0},
       "zipfian parameter must be in range [1.001, 1000] (not 1.000000)"},
      {"zipfian above 1000",
       Function::random_zipfian,
       {whole(1), whole(9), kInfinity},
       "zipfian parameter must be in range [1.001, 1000] (not Infinity)"},
      {"zipfian with NaN, which pgbench never ends",
       Function::random_zipfian,
       {whole(1), whole(9), std::nan("")},
       "zipfian parameter must be in range [1.001, 1000] (not NaN)"},
      {"permute nothing",
       Function::permute,
       {whole(1), whole(0), whole(1)},
       "permute size parameter must be greater than zero"},
  });
}

TEST_CASE("only random functions draw") {
  Random random(1);
  const Random before = random;
  const std::vector<Value> arguments = {whole(1), whole(10), whole(3)};
  for (const Function quiet : {Function::hash_murmur2, Function::permute, Function::greatest}) {
    call_function(quiet, arguments, random);
    CHECK(random == before);
  }
  for (const Function drawing : {Function::random, Function::random_gaussian,
                                 Function::random_exponential, Function::random_zipfian}) {
    Random copy = before;
    call_function(drawing, arguments, copy);
    CHECK_FALSE(copy == before);
  }
}

TEST_CASE("functions are found whatever the case of their names") {
  CHECK(find_function("HASH")->function == Function::hash_murmur2);
  CHECK(find_function("pow")->function == Function::power);
  CHECK(find_function("Power")->function == Function::power);
  CHECK_FALSE(find_function("ceil"));
  CHECK_FALSE(find_function("hash_"));
  CHECK_FALSE(find_function(""));
}
