// The tokens of pgbench's expressions.
#pragma once

#include <cstddef>
#include <string_view>

#include "pgbench_mode/value.h"

namespace loadgen::pgbench {

struct Token {
  enum class Kind {
    end,
    constant,   // NULL, true, false, an integer, a double
    two_to_63,  // 9223372036854775808, which only a minus makes an integer
    variable,   // text: the name, without the colon
    function,   // text: a word that is no keyword
    comma,
    left_parenthesis,
    right_parenthesis,
    plus,
    minus,
    times,
    divide,
    modulo,
    bit_or,
    bit_and,
    bit_xor,
    complement,
    shift_left,
    shift_right,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    and_,
    or_,
    not_,
    is,
    isnull,
    notnull,
    case_,
    when,
    then,
    else_,
    end_of_case,
  };
  Kind kind = Kind::end;
  std::string_view text;
  Value constant;
  std::size_t last = 0;  // offset of its last byte, where errors are shown; end: of the end itself
};

/// Reads tokens one by one from a text that must outlive it.
class ExpressionLexer {
 public:
  explicit ExpressionLexer(std::string_view text) : text_(text) {}

  /// The next token; `end` again and again at the end. Throws ExpressionError (expression.h) for a
  /// byte that begins no token and for a constant that does not fit, and is past them then.
  Token next();

 private:
  std::size_t skip_blanks();
  Token number(std::size_t begin);
  Token word(std::size_t begin);
  Token symbol(std::size_t begin);
  Token made(Token::Kind kind, std::size_t begin, std::size_t length);

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace loadgen::pgbench
