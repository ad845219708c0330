// pgbench's expressions: what \set, \if and \elif compute.
//
// An expression is parsed once into instructions for a stack of values, and evaluated by every
// client for every transaction: no tree, no recursion, and no allocation once the stack has grown.
// AND, OR and CASE jump over what is not to be evaluated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "pgbench_mode/functions.h"
#include "pgbench_mode/random.h"
#include "pgbench_mode/value.h"
#include "pgbench_mode/variables.h"

namespace loadgen::pgbench {

/// A text that is no expression. what() is pgbench's message with the word in question in
/// parentheses, such as "unexpected function name (foo)".
class ExpressionError : public std::runtime_error {
 public:
  ExpressionError(const std::string& message, std::size_t offset)
      : std::runtime_error(message), offset_(offset) {}
  /// Where pgbench's caret points, in bytes from the start of the text: the last byte of the token
  /// at which the parser noticed; the text's size when it noticed at the end.
  std::size_t offset() const { return offset_; }

 private:
  std::size_t offset_;
};

/// One step of an evaluation. "Top" is the last value on the stack.
struct Instruction {
  enum class Kind : std::uint8_t {
    constant,            // push `constant`
    variable,            // push the value of names[operand]
    call,                // replace the top `operand` values by function(values)
    and_,                // top NULL or false: keep it and jump; true: drop it
    or_,                 // top NULL or true: keep it and jump; false: drop it
    boolean,             // top must be NULL or boolean: the right side of AND and OR
    when,                // drop top; jump unless it was true
    jump,                // jump
    too_many_arguments,  // throw: pgbench notices only now, all 16 arguments evaluated
  };
  Kind kind = Kind::constant;
  Function function = Function::add;
  std::uint32_t operand = 0;  // jumps: how many of the following instructions are skipped
  Value constant;
  bool operator==(const Instruction&) const = default;
};

/// A parsed expression. A regular value; default: the constant NULL.
struct Expression {
  std::vector<Instruction> instructions;
  std::vector<std::string> names;  // of the variables, as in the text
  bool operator==(const Expression&) const = default;
};

/// Reads one expression. A backslash before the end of a line continues it; text after the end of a
/// line that is not continued is not read. Throws ExpressionError. Pure.
/// Checked against: the installed pgbench, tests/pgbench_mode/expression_test.cc.
Expression parse_expression(std::string_view text);

/// What an evaluation reads and changes. Owned by a client, used in its thread.
struct EvaluationState {
  Random& random;
  const Variables& variables;
  /// Called for debug(): the text after "debug(script=…,command=…): ", without a newline. May be
  /// empty (then debug() says nothing).
  std::function<void(const std::string&)> debug = {};
  std::vector<Value> stack = {};  // kept between evaluations for its memory only
};

/// The value of the expression. Throws EvaluationError; the random values drawn until then stay
/// drawn. Functions of NULL are NULL, except IS and debug().
Value evaluate(const Expression& expression, EvaluationState& state);

}  // namespace loadgen::pgbench
