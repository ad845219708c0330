// The functions and operators of pgbench's expressions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "pgbench_mode/random.h"
#include "pgbench_mode/value.h"

namespace loadgen::pgbench {

/// Operators first, then what scripts call by name. AND, OR and CASE are jumps and not here.
enum class Function : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  equal,
  not_equal,
  less_equal,
  less,
  bit_and,
  bit_or,
  bit_xor,
  shift_left,
  shift_right,
  not_,
  is,
  abs,
  least,
  greatest,
  debug,
  pi,
  sqrt,
  ln,
  exp,
  to_int,
  to_double,
  random,
  random_gaussian,
  random_exponential,
  random_zipfian,
  power,
  hash_murmur2,
  hash_fnv1a,
  permute,
};

/// How many arguments a call may have in the text.
enum class Arity : std::uint8_t {
  exact,       // `arguments`
  at_least_1,  // least, greatest
  seeded,      // `arguments` with the seed, or one less: :default_seed is the seed then
};

struct NamedFunction {
  std::string_view name;
  Function function;
  Arity arity;
  std::uint8_t arguments;
};

/// The function that a script calls by this name, whatever its case; nullopt: there is none. Pure.
std::optional<NamedFunction> find_function(std::string_view name);

/// More arguments can be written, not evaluated.
constexpr std::size_t kMaxArguments = 16;

/// The function's value, never called for debug. Only the random functions touch `random`.
/// arguments: as many as the function takes. Any NULL makes it NULL, except for `is`.
/// Throws EvaluationError with pgbench's message.
Value call_function(Function function, std::span<const Value> arguments, Random& random);

}  // namespace loadgen::pgbench
