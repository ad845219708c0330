#include "pgbench_mode/expression_lexer.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pgbench_mode/expression.h"

using namespace loadgen::pgbench;
using Kind = Token::Kind;

namespace {

// The tokens of a text without the end; in between, errors as "!message".
std::vector<std::string> tokens(const std::string& text) {
  ExpressionLexer lexer(text);
  std::vector<std::string> found;
  for (;;) {
    try {
      const Token token = lexer.next();
      if (token.kind == Kind::end) return found;
      const bool constant = token.kind == Kind::constant;
      found.push_back(constant ? debug_text(token.constant) : std::string(token.text));
    } catch (const ExpressionError& error) {
      found.push_back(std::string("!") + error.what());
    }
  }
}

}  // namespace

TEST_CASE("tokens are as long as they can be") {
  struct Row {
    std::string why, text;
    std::vector<std::string> expected;
  };
  const Row rows[] = {
      {"nothing", "", {}},
      {"blanks", " \t\r\f\v", {}},
      {"symbols", "<=<><<<", {"<=", "<>", "<<", "<"}},
      {"and their other order", ">=>>>!=", {">=", ">>", ">", "!="}},
      {"an integer", "0012", {"int 12"}},
      {"a double ends with its point", "1.", {"double 1"}},
      {"or begins with it", ".5", {"double 0.5"}},
      {"two of them", "1..5", {"double 1", "double 0.5"}},
      {"an exponent", "1e3.5E-1", {"double 1000", "double 0.05"}},
      {"no exponent", "1e+", {"int 1", "e", "+"}},
      {"a word after a number", "1x", {"int 1", "x"}},
      {"the highest integer", "9223372036854775807", {"int 9223372036854775807"}},
      {"the next number", "9223372036854775808", {"9223372036854775808"}},
      {"too large",
       "9223372036854775809 1",
       {"!bigint constant overflow (9223372036854775809)", "int 1"}},
      {"with a zero before it",
       "09223372036854775808",
       {"!bigint constant overflow (09223372036854775808)"}},
      {"a double too large", "1e400", {"!double constant overflow (1e400)"}},
      {"a double too small", "1e-400", {"!double constant overflow (1e-400)"}},
      {"variables", ":a:1b :\xc3\xa9", {"a", "1b", "\xc3\xa9"}},
      {"a colon alone", "::a", {"!unexpected character (:)", "a"}},
      {"constants of any case", "TRUE false nULL", {"boolean true", "boolean false", "null"}},
      {"keywords are whole words", "nulls nott", {"nulls", "nott"}},
      {"a point alone", ". 1", {"!unexpected character (.)", "int 1"}},
      {"other characters",
       "1@'",
       {"int 1", "!unexpected character (@)", "!unexpected character (')"}},
      {"an exclamation mark alone", "! =", {"!unexpected character (!)", "="}},
      {"a continued line", "1\\\n2\\\r\n3", {"int 1", "int 2", "int 3"}},
      {"a backslash elsewhere", "1\\ 2", {"int 1", "!unexpected character (\\)", "int 2"}},
      {"the line's end ends it", "1\n2", {"int 1"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(tokens(row.text) == row.expected);
  }
}

TEST_CASE("a token knows its last byte, the end the byte after the line") {
  ExpressionLexer lexer(" 12 <= :ab\n3");
  CHECK(lexer.next().last == 2);
  CHECK(lexer.next().last == 5);
  const Token variable = lexer.next();
  CHECK(variable.text == "ab");
  CHECK(variable.last == 9);
  CHECK(lexer.next().last == 10);
  CHECK(lexer.next().kind == Kind::end);
}
