#include "pgbench_mode/functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "loadgen/core/assert.h"
#include "pgbench_mode/hash.h"
#include "pgbench_mode/words.h"

namespace loadgen::pgbench {
namespace {

constexpr NamedFunction exact(std::string_view name, Function function, std::uint8_t arguments) {
  return {name, function, Arity::exact, arguments};
}
constexpr NamedFunction seeded(std::string_view name, Function function, std::uint8_t arguments) {
  return {name, function, Arity::seeded, arguments};
}
constexpr std::array kFunctions{
    exact("mod", Function::modulo, 2),
    exact("abs", Function::abs, 1),
    NamedFunction{"least", Function::least, Arity::at_least_1, 0},
    NamedFunction{"greatest", Function::greatest, Arity::at_least_1, 0},
    exact("debug", Function::debug, 1),
    exact("pi", Function::pi, 0),
    exact("sqrt", Function::sqrt, 1),
    exact("ln", Function::ln, 1),
    exact("exp", Function::exp, 1),
    exact("int", Function::to_int, 1),
    exact("double", Function::to_double, 1),
    exact("random", Function::random, 2),
    exact("random_gaussian", Function::random_gaussian, 3),
    exact("random_exponential", Function::random_exponential, 3),
    exact("random_zipfian", Function::random_zipfian, 3),
    exact("pow", Function::power, 2),
    exact("power", Function::power, 2),
    seeded("hash", Function::hash_murmur2, 2),
    seeded("hash_murmur2", Function::hash_murmur2, 2),
    seeded("hash_fnv1a", Function::hash_fnv1a, 2),
    seeded("permute", Function::permute, 3),
};

Value integer_result(Function function, std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  switch (function) {
    case Function::add:
      if (__builtin_add_overflow(left, right, &result)) {
        throw EvaluationError("bigint add out of range");
      }
      return result;
    case Function::subtract:
      if (__builtin_sub_overflow(left, right, &result)) {
        throw EvaluationError("bigint sub out of range");
      }
      return result;
    case Function::multiply:
      if (__builtin_mul_overflow(left, right, &result)) {
        throw EvaluationError("bigint mul out of range");
      }
      return result;
    case Function::divide:
    case Function::modulo: {
      if (right == 0) throw EvaluationError("division by zero");
      const bool divides = function == Function::divide;
      // The processor traps at the lowest number by -1, for the remainder (0) too.
      if (right != -1) return divides ? left / right : left % right;
      if (!divides) return std::int64_t{0};
      if (left == std::numeric_limits<std::int64_t>::min()) {
        throw EvaluationError("bigint div out of range");
      }
      return -left;
    }
    case Function::equal:
      return left == right;
    case Function::not_equal:
      return left != right;
    case Function::less_equal:
      return left <= right;
    default:
      LG_ASSERT(function == Function::less);
      return left < right;
  }
}

Value double_result(Function function, double left, double right) {
  switch (function) {
    case Function::add:
      return left + right;
    case Function::subtract:
      return left - right;
    case Function::multiply:
      return left * right;
    case Function::divide:
      return left / right;
    case Function::equal:
      return left == right;
    case Function::not_equal:
      return left != right;
    case Function::less_equal:
      return left <= right;
    default:
      LG_ASSERT(function == Function::less);
      return left < right;
  }
}

// Doubles if one of them is, but a remainder is always of integers.
Value arithmetic(Function function, const Value& left, const Value& right) {
  const bool has_double =
      std::holds_alternative<double>(left) || std::holds_alternative<double>(right);
  if (has_double && function != Function::modulo) {
    const double l = to_double(left);
    return double_result(function, l, to_double(right));
  }
  const std::int64_t l = to_int(left);
  return integer_result(function, l, to_int(right));
}

Value bitwise(Function function, std::int64_t left, std::int64_t right) {
  // Shifts count modulo 64, as the processors do for which pgbench is built.
  const int shift = static_cast<int>(right & 63);
  switch (function) {
    case Function::bit_and:
      return left & right;
    case Function::bit_or:
      return left | right;
    case Function::bit_xor:
      return left ^ right;
    case Function::shift_left:
      return left << shift;
    default:
      LG_ASSERT(function == Function::shift_right);
      return left >> shift;
  }
}

Value absolute(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    // The lowest number stays what it is.
    const auto bits = static_cast<std::uint64_t>(*integer);
    return static_cast<std::int64_t>(*integer < 0 ? 0 - bits : bits);
  }
  const double number = to_double(value);
  return number < 0 ? -number : number;
}

// Of doubles if one of them is. A NaN is never less than another number, nor greater, but it is
// returned when what follows it is compared with it: pgbench's Min and Max.
Value extreme(Function function, std::span<const Value> values) {
  const auto extreme_of = [&](auto convert) {
    auto found = convert(values.front());
    for (const Value& value : values.subspan(1)) {
      const auto next = convert(value);
      const bool keep = function == Function::least ? found < next : found > next;
      if (!keep) found = next;
    }
    return found;
  };
  const bool has_double = std::any_of(values.begin(), values.end(), [](const Value& value) {
    return std::holds_alternative<double>(value);
  });
  if (has_double) return extreme_of(to_double);
  return extreme_of(to_int);
}

Value drawn(Function function, std::span<const Value> arguments, Random& random) {
  const std::int64_t low = to_int(arguments[0]);
  const std::int64_t high = to_int(arguments[1]);
  if (low > high) throw EvaluationError("empty range given to random");
  std::int64_t size = 0;
  if (__builtin_sub_overflow(high, low, &size) || __builtin_add_overflow(size, 1, &size)) {
    throw EvaluationError("random range is too large");
  }
  if (function == Function::random) return random.between(low, high);

  const double parameter = to_double(arguments[2]);
  if (function == Function::random_gaussian) {
    if (parameter < Random::kMinGaussian) {
      throw EvaluationError("gaussian parameter must be at least " +
                            fixed_text(Random::kMinGaussian) + " (not " + fixed_text(parameter) +
                            ")");
    }
    return random.gaussian(low, high, parameter);
  }
  if (function == Function::random_zipfian) {
    // With NaN pgbench looks for a value for ever.
    if (!(parameter >= Random::kMinZipfian && parameter <= Random::kMaxZipfian)) {
      throw EvaluationError("zipfian parameter must be in range [1.001, 1000] (not " +
                            fixed_text(parameter) + ")");
    }
    return random.zipfian(low, high, parameter);
  }
  if (parameter <= 0) {
    throw EvaluationError("exponential parameter must be greater than zero (not " +
                          fixed_text(parameter) + ")");
  }
  return random.exponential(low, high, parameter);
}

Value permuted(std::span<const Value> arguments) {
  const std::int64_t value = to_int(arguments[0]);
  const std::int64_t size = to_int(arguments[1]);
  const std::int64_t seed = to_int(arguments[2]);
  if (size <= 0) throw EvaluationError("permute size parameter must be greater than zero");
  return permute(value, size, seed);
}

// The second argument is the constant after IS: NULL, true or false.
bool is_same(const Value& left, const Value& right) {
  if (is_null(left) || is_null(right)) return is_null(left) && is_null(right);
  const bool* boolean = std::get_if<bool>(&left);
  return boolean != nullptr && *boolean == to_bool(right);
}

}  // namespace

std::optional<NamedFunction> find_function(std::string_view name) {
  for (const NamedFunction& known : kFunctions) {
    if (same_word(name, known.name)) return known;
  }
  return std::nullopt;
}

Value call_function(Function function, std::span<const Value> arguments, Random& random) {
  if (function == Function::is) return is_same(arguments[0], arguments[1]);
  if (std::any_of(arguments.begin(), arguments.end(), is_null)) return {};
  // The first operand that cannot be converted is the one the message is about.
  const auto two_integers = [&](auto f) -> Value {
    const std::int64_t first = to_int(arguments[0]);
    return f(first, to_int(arguments[1]));
  };
  switch (function) {
    case Function::bit_and:
    case Function::bit_or:
    case Function::bit_xor:
    case Function::shift_left:
    case Function::shift_right:
      return two_integers([&](auto l, auto r) { return bitwise(function, l, r); });
    case Function::not_:
      return !to_bool(arguments[0]);
    case Function::abs:
      return absolute(arguments[0]);
    case Function::least:
    case Function::greatest:
      return extreme(function, arguments);
    case Function::pi:
      return std::numbers::pi;
    case Function::sqrt:
      return std::sqrt(to_double(arguments[0]));
    case Function::ln:
      return std::log(to_double(arguments[0]));
    case Function::exp:
      return std::exp(to_double(arguments[0]));
    case Function::to_int:
      return to_int(arguments[0]);
    case Function::to_double:
      return to_double(arguments[0]);
    case Function::random:
    case Function::random_gaussian:
    case Function::random_exponential:
    case Function::random_zipfian:
      return drawn(function, arguments, random);
    case Function::power: {
      const double base = to_double(arguments[0]);
      return std::pow(base, to_double(arguments[1]));
    }
    case Function::hash_murmur2:
      return two_integers(hash_murmur2);
    case Function::hash_fnv1a:
      return two_integers(hash_fnv1a);
    case Function::permute:
      return permuted(arguments);
    default:
      return arithmetic(function, arguments[0], arguments[1]);
  }
}

}  // namespace loadgen::pgbench
