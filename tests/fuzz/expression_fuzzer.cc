// Expressions of scripts, and variables in them: whatever parses is evaluated, and the same value
// comes again from the same generator.
#include <string>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "pgbench_mode/expression.h"

using namespace loadgen;
using namespace loadgen::pgbench;

namespace {

// The value as text, or the error's.
std::string outcome(const Expression& expression, const Variables& variables) {
  Random random(1);
  std::string said;
  EvaluationState state{random, variables, [&](const std::string& line) { said += line; }};
  try {
    return said + render(evaluate(expression, state));
  } catch (const EvaluationError& error) {
    return said + error.what();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  Variables variables;
  // The text is also what :v holds.
  LG_ASSERT(variables.set_text("v", text.substr(0, text.find('\0'))));
  LG_ASSERT(variables.set("default_seed", std::int64_t{5}));
  outcome(parse_expression(":v + 1"), variables);
  try {
    const Expression expression = parse_expression(text);
    LG_ASSERT(!expression.instructions.empty());
    LG_ASSERT(outcome(expression, variables) == outcome(expression, variables));
  } catch (const ExpressionError& error) {
    LG_ASSERT(error.offset() <= text.size());
  }
  return 0;
}
