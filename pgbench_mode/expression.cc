#include "pgbench_mode/expression.h"

#include <span>

#include "loadgen/core/assert.h"

namespace loadgen::pgbench {
namespace {

// Replaces the arguments on top of the stack by the function's value.
void call(const Instruction& instruction, EvaluationState& state) {
  std::vector<Value>& stack = state.stack;
  LG_ASSERT(stack.size() >= instruction.operand);
  const std::size_t first = stack.size() - instruction.operand;
  if (instruction.function == Function::debug) {
    if (state.debug) state.debug(debug_text(stack[first]));
    return;
  }
  const std::span<const Value> arguments(stack.data() + first, instruction.operand);
  Value result = call_function(instruction.function, arguments, state.random);
  stack.resize(first);
  stack.push_back(result);
}

}  // namespace

Value evaluate(const Expression& expression, EvaluationState& state) {
  using Kind = Instruction::Kind;
  const std::vector<Instruction>& steps = expression.instructions;
  std::vector<Value>& stack = state.stack;
  stack.clear();
  for (std::size_t at = 0; at < steps.size(); ++at) {
    const Instruction& step = steps[at];
    switch (step.kind) {
      case Kind::constant:
        stack.push_back(step.constant);
        break;
      case Kind::variable:
        stack.push_back(state.variables.value(expression.names[step.operand]));
        break;
      case Kind::call:
        call(step, state);
        break;
      case Kind::and_:
      case Kind::or_: {
        // The right side is looked at only after true AND, false OR; not after NULL.
        const Value& left = stack.back();
        if (!is_null(left) && to_bool(left) == (step.kind == Kind::and_)) {
          stack.pop_back();
        } else {
          at += step.operand;
        }
        break;
      }
      case Kind::boolean:
        if (!is_null(stack.back())) to_bool(stack.back());
        break;
      case Kind::when:
        if (!is_true(stack.back())) at += step.operand;
        stack.pop_back();
        break;
      case Kind::jump:
        at += step.operand;
        break;
      case Kind::too_many_arguments:
        throw EvaluationError("too many function arguments, maximum is " +
                              std::to_string(kMaxArguments));
    }
  }
  if (stack.empty()) return {};
  LG_ASSERT(stack.size() == 1);
  return stack.front();
}

}  // namespace loadgen::pgbench
