// The grammar, from the loosest binding to the tightest:
//
//   OR | AND | NOT x | IS [NOT] NULL|TRUE|FALSE, ISNULL, NOTNULL | < <= = <> != >= >
//      | | & # << >> ~x | + - | * / % | +x -x
//
// A comparison does not follow a comparison; the others bind to the left. A prefix takes what binds
// tighter than itself, wherever it stands: `1 * not 2 + 3` is 1 * (not (2 + 3)), `~1 + 2` is
// ~(1 + 2). An error is noticed at the first token that cannot follow, before the next one is read.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "loadgen/core/assert.h"
#include "pgbench_mode/expression.h"
#include "pgbench_mode/expression_lexer.h"

namespace loadgen::pgbench {
namespace {

using Kind = Token::Kind;
using Step = Instruction::Kind;

enum Level { kAny, kOr, kAnd, kNot, kIs, kComparison, kBits, kSum, kProduct, kUnary };

// How deep prefixes, parentheses, calls and CASE may be nested. pgbench's parser has a stack of its
// own for 10,000 tokens; this one uses the thread's.
constexpr int kMaxDepth = 500;

struct Infix {
  Level level;
  Function function = Function::add;  // of AND and OR: not used
  bool swapped = false;               // a > b is b < a, and b is evaluated first
};

std::optional<Infix> infix(Kind kind) {
  switch (kind) {
    case Kind::or_:
      return Infix{kOr};
    case Kind::and_:
      return Infix{kAnd};
    case Kind::is:
    case Kind::isnull:
    case Kind::notnull:
      return Infix{kIs, Function::is};
    case Kind::less:
      return Infix{kComparison, Function::less};
    case Kind::less_equal:
      return Infix{kComparison, Function::less_equal};
    case Kind::equal:
      return Infix{kComparison, Function::equal};
    case Kind::not_equal:
      return Infix{kComparison, Function::not_equal};
    case Kind::greater:
      return Infix{kComparison, Function::less, true};
    case Kind::greater_equal:
      return Infix{kComparison, Function::less_equal, true};
    case Kind::bit_or:
      return Infix{kBits, Function::bit_or};
    case Kind::bit_and:
      return Infix{kBits, Function::bit_and};
    case Kind::bit_xor:
      return Infix{kBits, Function::bit_xor};
    case Kind::shift_left:
      return Infix{kBits, Function::shift_left};
    case Kind::shift_right:
      return Infix{kBits, Function::shift_right};
    case Kind::plus:
      return Infix{kSum, Function::add};
    case Kind::minus:
      return Infix{kSum, Function::subtract};
    case Kind::times:
      return Infix{kProduct, Function::multiply};
    case Kind::divide:
      return Infix{kProduct, Function::divide};
    case Kind::modulo:
      return Infix{kProduct, Function::modulo};
    default:
      return std::nullopt;
  }
}

// Each function reads one thing, beginning at token_, and appends the instructions for its value.
class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  Expression parse() {
    advance();
    operation(kAny);
    if (token_.kind != Kind::end) unexpected();
    return std::move(expression_);
  }

  // To show the line, pgbench reads on to its end, and what cannot be read there is the error it
  // shows instead: the last such place of the line wins.
  ExpressionError shown(ExpressionError error) {
    for (;;) {
      try {
        do advance();
        while (token_.kind != Kind::end);
        return error;
      } catch (const ExpressionError& later) {
        error = later;
      }
    }
  }

 private:
  // A value and what is done to it by operators that bind at least as tight as `loosest`.
  void operation(int loosest) {
    if (++depth_ > kMaxDepth) throw ExpressionError("memory exhausted", token_.last);
    const std::size_t begin = steps().size();
    operand();
    for (auto found = infix(token_.kind); found && found->level >= loosest;
         found = infix(token_.kind)) {
      if (found->level == kIs) {
        is();
      } else if (found->level == kOr || found->level == kAnd) {
        logical(found->level);
      } else {
        binary(*found, begin);
      }
    }
    --depth_;
  }

  void binary(const Infix& found, std::size_t begin) {
    const std::size_t right = steps().size();
    advance();
    operation(found.level + 1);
    const auto next = infix(token_.kind);
    if (found.level == kComparison && next && next->level == kComparison) unexpected();
    if (found.swapped) {
      const auto first = steps().begin();
      std::rotate(first + static_cast<std::ptrdiff_t>(begin),
                  first + static_cast<std::ptrdiff_t>(right), steps().end());
    }
    call(found.function, 2);
  }

  void logical(Level level) {
    const std::size_t test = steps().size();
    steps().push_back({level == kAnd ? Step::and_ : Step::or_, {}, 0, {}});
    advance();
    operation(level + 1);
    steps().push_back({Step::boolean, {}, 0, {}});
    land(test);
  }

  // ISNULL, NOTNULL, IS [NOT] NULL|TRUE|FALSE
  void is() {
    const bool long_form = token_.kind == Kind::is;
    bool negated = token_.kind == Kind::notnull;
    advance();
    Value wanted;
    if (long_form) {
      negated = token_.kind == Kind::not_;
      if (negated) advance();
      const bool number = std::holds_alternative<std::int64_t>(token_.constant) ||
                          std::holds_alternative<double>(token_.constant);
      if (token_.kind != Kind::constant || number) unexpected();
      wanted = token_.constant;
      advance();
    }
    constant(wanted);
    call(Function::is, 2);
    if (negated) call(Function::not_, 1);
  }

  void operand() {
    switch (token_.kind) {
      case Kind::constant:
        constant(token_.constant);
        advance();
        return;
      case Kind::variable:
        variable(token_.text);
        advance();
        return;
      case Kind::function:
        function();
        return;
      case Kind::case_:
        case_end();
        return;
      case Kind::left_parenthesis:
        advance();
        operation(kAny);
        expect(Kind::right_parenthesis);
        return;
      case Kind::plus:
        advance();
        operation(kUnary);
        return;
      case Kind::minus:
        minus();
        return;
      case Kind::complement:
        advance();
        constant(std::int64_t{-1});
        operation(kBits + 1);
        call(Function::bit_xor, 2);
        return;
      case Kind::not_:
        advance();
        operation(kNot);
        call(Function::not_, 1);
        return;
      default:
        unexpected();
    }
  }

  // -x is 0 - x, but for the one integer whose absolute value is none.
  void minus() {
    advance();
    if (token_.kind == Kind::two_to_63) {
      constant(INT64_MIN);
      advance();
      return;
    }
    constant(std::int64_t{0});
    operation(kUnary);
    call(Function::subtract, 2);
  }

  void function() {
    const auto found = find_function(token_.text);
    if (!found) fail("unexpected function name", token_.text);
    advance();
    expect(Kind::left_parenthesis);
    const std::size_t written = arguments();
    // The first argument may be missing when a comma follows: pgbench's grammar happens to be so.
    bool complete = written == found->arguments;
    std::size_t given = written;
    if (found->arity == Arity::at_least_1) {
      if (written == 0) fail("at least one argument expected", found->name);
      complete = true;
    } else if (found->arity == Arity::seeded && written + 1 == found->arguments) {
      variable("default_seed");
      given = found->arguments;
      complete = true;
    }
    if (!complete) fail("unexpected number of arguments", found->name);
    if (given > kMaxArguments) {
      steps().push_back({Step::too_many_arguments, {}, 0, {}});
    } else {
      call(found->function, given);
    }
    advance();
  }

  // Up to the closing parenthesis, which stays. Returns how many there are; those that pgbench
  // never evaluates leave no instructions.
  std::size_t arguments() {
    std::size_t written = 0;
    if (token_.kind != Kind::comma && token_.kind != Kind::right_parenthesis) {
      operation(kAny);
      ++written;
    }
    while (token_.kind == Kind::comma) {
      advance();
      const std::size_t before = steps().size();
      operation(kAny);
      if (++written > kMaxArguments) steps().resize(before);
    }
    if (token_.kind != Kind::right_parenthesis) unexpected();
    return written;
  }

  // CASE (WHEN condition THEN value)+ [ELSE value] END
  void case_end() {
    advance();
    std::vector<std::size_t> exits;
    do {
      expect(Kind::when);
      operation(kAny);
      const std::size_t test = steps().size();
      steps().push_back({Step::when, {}, 0, {}});
      expect(Kind::then);
      operation(kAny);
      exits.push_back(steps().size());
      steps().push_back({Step::jump, {}, 0, {}});
      land(test);
    } while (token_.kind == Kind::when);
    if (token_.kind == Kind::else_) {
      advance();
      operation(kAny);
    } else {
      constant({});
    }
    expect(Kind::end_of_case);
    for (const std::size_t exit : exits) land(exit);
  }

  std::vector<Instruction>& steps() { return expression_.instructions; }
  void constant(const Value& value) { steps().push_back({Step::constant, {}, 0, value}); }
  void call(Function function, std::size_t arguments) {
    steps().push_back({Step::call, function, static_cast<std::uint32_t>(arguments), {}});
  }
  void variable(std::string_view name) {
    std::vector<std::string>& names = expression_.names;
    const auto known = std::find(names.begin(), names.end(), name);
    const auto index = static_cast<std::uint32_t>(known - names.begin());
    if (known == names.end()) names.emplace_back(name);
    steps().push_back({Step::variable, {}, index, {}});
  }
  // The jump goes to the next instruction that is appended. Its distance, not its target, is kept,
  // so that instructions can be moved as a block.
  void land(std::size_t jump) {
    steps()[jump].operand = static_cast<std::uint32_t>(steps().size() - jump - 1);
  }

  void advance() { token_ = lexer_.next(); }
  void expect(Kind kind) {
    if (token_.kind != kind) unexpected();
    advance();
  }
  [[noreturn]] void unexpected() const { throw ExpressionError("syntax error", token_.last); }
  [[noreturn]] void fail(const std::string& message, std::string_view what) const {
    throw ExpressionError(message + " (" + std::string(what) + ")", token_.last);
  }

  ExpressionLexer lexer_;
  Token token_;
  Expression expression_;
  int depth_ = 0;
};

}  // namespace

Expression parse_expression(std::string_view text) {
  Parser parser(text);
  try {
    return parser.parse();
  } catch (const ExpressionError& error) {
    throw parser.shown(error);
  }
}

}  // namespace loadgen::pgbench
