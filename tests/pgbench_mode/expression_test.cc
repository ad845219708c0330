// The expected values and messages are those of PostgreSQL 15's pgbench.
#include "pgbench_mode/expression.h"

#include <doctest/doctest.h>

#include <string>

using namespace loadgen::pgbench;

namespace {

// A client with a few variables; debug() writes down what it is called with.
struct Client {
  Random random = seed_run({.seed = 42}).clients.front();
  Variables variables;
  std::string said = {};

  Client() {
    CHECK(variables.set_text("a", "5"));
    CHECK(variables.set_text("b", "2.5"));
    CHECK(variables.set_text("none", "null"));
    CHECK(variables.set_text("yes", "yes"));
    CHECK(variables.set_text("bad", "12x"));
    CHECK(variables.set("default_seed", *seed_run({.seed = 42}).default_seed));
  }

  std::string result(const std::string& text) {
    EvaluationState state{random, variables, [&](const std::string& line) { said += line + "; "; }};
    try {
      return debug_text(evaluate(parse_expression(text), state));
    } catch (const EvaluationError& error) {
      return std::string("error: ") + error.what();
    }
  }
};

struct Row {
  std::string why, text, expected;
};

}  // namespace

TEST_CASE("values of expressions") {
  const Row rows[] = {
      {"a constant", "5", "int 5"},
      {"arithmetic", "(1 + 2) * 3 - 10 / 4", "int 7"},
      {"variables, typed when asked for", ":a * :b", "double 12.5"},
      {"NULL", ":none + 1", "null"},
      {"a boolean variable", "not :yes", "boolean false"},
      {"the lowest integer", "-9223372036854775808", "int -9223372036854775808"},
      {"a prefix amid products", "1 * 2 - ~ 1 + 2", "int 6"},
      {"swapped comparisons", "3 > 2 and 2 >= 2", "boolean true"},
      {"a tree of functions", "greatest(abs(-7), mod(20, 6), int(2.5))", "int 7"},
      {"the default seed", "hash(1) = hash_murmur2(1, :default_seed)", "boolean true"},
      {"sixteen arguments", "least(9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,1)", "int 1"},
      {"AND NULL", "true and null", "null"},
      {"NULL is kept from the left", "null or true", "null"},
      {"false decides though", "false and null", "boolean false"},
      {"the first true WHEN", "case when 0 then 1 when 0.5 then 2 when 1 then 3 end", "int 2"},
      {"ELSE", "case when null then 1 else 2 end + 1", "int 3"},
      {"nothing", "case when false then 1 end", "null"},
      {"CASE in CASE", "case when case when 1 then 0 end then 1 else case when 1 then 7 end end",
       "int 7"},
      {"CASE as the swapped side", "case when 1 then 2 else 3 end > case when 0 then 4 end",
       "null"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(Client().result(row.text) == row.expected);
  }
}

TEST_CASE("errors of an evaluation") {
  const Row rows[] = {
      {"an undefined variable", "1 + :A", "error: undefined variable \"A\""},
      {"a malformed one", ":bad", "error: malformed variable \"bad\" value: \"12x\""},
      {"division", "1 / (:a - 5)", "error: division by zero"},
      {"overflow", "9223372036854775807 + 1", "error: bigint add out of range"},
      {"the lowest integer has no opposite", "-(-9223372036854775808)",
       "error: bigint sub out of range"},
      {"AND of an integer", "1 and true", "error: cannot coerce int to boolean"},
      {"on its right side", "true and 1", "error: cannot coerce int to boolean"},
      {"OR of a double", "false or 1.0", "error: cannot coerce double to boolean"},
      {"a comparison of booleans", "true = true", "error: cannot coerce boolean to int"},
      {"the right side of > is looked at first", "true > :A", "error: undefined variable \"A\""},
      {"but the operands of < are the same ones", "true > 1.5",
       "error: cannot coerce boolean to double"},
      {"too many arguments", "least(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17)",
       "error: too many function arguments, maximum is 16"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(Client().result(row.text) == row.expected);
  }
}

TEST_CASE("only what is needed is evaluated, in pgbench's order") {
  const Row rows[] = {
      {"from left to right", "debug(1) + debug(2) * debug(3)", "int 1; int 2; int 3; "},
      {"but > and >= from right to left", "debug(1) > debug(2)", "int 2; int 1; "},
      {"each of them", "debug(1) + debug(2) >= debug(3)", "int 3; int 1; int 2; "},
      {"false AND", "false and debug(true)", ""},
      {"NULL AND", "null and debug(true)", ""},
      {"true AND", "true and debug(null)", "null; "},
      {"true OR", "true or debug(1)", ""},
      {"NULL OR", "null or debug(1)", ""},
      {"false OR", "false or debug(true)", "boolean true; "},
      {"the branch that is taken, and the conditions before",
       "case when debug(0) then debug(1) when debug(0.5) then debug(2) when debug(3) then 4 end",
       "int 0; double 0.5; int 2; "},
      {"arguments beyond the sixteenth are not",  // the call fails after it
       "least(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,debug(16),debug(17))", "int 16; "},
      {"debug() returns its value", "debug(debug(1) + 1)", "int 1; int 2; "},
      {"debug() before an error stays said", "debug(1) + :A", "int 1; "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Client client;
    client.result(row.text);
    CHECK(client.said == row.expected);
  }
}

TEST_CASE("random values come from the client's generator, in the order of evaluation") {
  Client client;
  CHECK(client.result("random(1, 1000000)") == "int 668251");
  CHECK(client.result("random(1, 1000000) * 0 + random(1, 1000000)") == "int 665859");
  CHECK(client.result("false and random(1, 2) = 1") == "boolean false");  // draws nothing
  CHECK(client.result("random(-5, 5)") == "int -5");
  CHECK(client.result("least(random(1, 1000000), :A)") == "error: undefined variable \"A\"");
  CHECK(client.result("random(-5, 5)") == "int 5");  // what an error has drawn stays drawn
}

TEST_CASE("an expression keeps nothing between evaluations") {
  Random random(1);
  Variables variables;
  CHECK(variables.set("x", std::int64_t{1}));
  EvaluationState state{random, variables};
  const Expression expression = parse_expression(":x + debug(1) + case when :x > 2 then :y end");
  CHECK(is_null(evaluate(expression, state)));  // and debug() without a listener says nothing
  CHECK(variables.set("x", std::int64_t{3}));
  CHECK_THROWS_AS(evaluate(expression, state), EvaluationError);
  CHECK(variables.set("y", std::int64_t{10}));
  CHECK(evaluate(expression, state) == Value(std::int64_t{14}));
  CHECK(is_null(evaluate(Expression(), state)));
}

TEST_CASE("long expressions need no deep stack") {
  std::string sum = "0";
  for (int i = 0; i < 200'000; ++i) sum += "+1";
  CHECK(Client().result(sum) == "int 200000");
}
