#include "pgbench_mode/random.h"

#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

#include "loadgen/core/assert.h"

namespace loadgen::pgbench {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15u;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
  return mixed ^ (mixed >> 31);
}

// Towards zero, as a cast does it. What does not fit is the lowest integer, as on the processors
// for which pgbench is mostly built: extreme parameters (infinite, NaN, 1e-16) come here.
std::int64_t truncated(double number) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (number >= -kLimit && number < kLimit) return static_cast<std::int64_t>(number);
  return std::numeric_limits<std::int64_t>::min();
}

// A place in [0, 1) of a range, to its integers. The product is rounded as a double, as in pgbench:
// beyond 2^53 not every integer can come.
std::int64_t at_share(std::int64_t low, std::int64_t high, double share) {
  const std::int64_t distance = truncated(static_cast<double>(high - low + 1) * share);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) +
                                   static_cast<std::uint64_t>(distance));
}

}  // namespace

Random::Random(std::uint64_t seed) {
  a_ = splitmix64(seed);
  b_ = splitmix64(seed);
  // splitmix64 is one to one, so two steps of it are never both 0, the state that never changes.
  LG_ASSERT(a_ != 0 || b_ != 0);
}

std::uint64_t Random::next() {
  const std::uint64_t drawn = std::rotl(a_ * 5, 7) * 9;
  const std::uint64_t mixed = a_ ^ b_;
  a_ = std::rotl(a_, 24) ^ mixed ^ (mixed << 16);
  b_ = std::rotl(mixed, 37);
  return drawn;
}

double Random::unit() { return std::ldexp(static_cast<double>(next() >> 12), -52); }

std::uint64_t Random::up_to(std::uint64_t last) {
  if (last == 0) return 0;  // without a draw
  // As many high bits as `last` has, until they are in range: two draws at most on average.
  const int unused = std::countl_zero(last);
  for (;;) {
    const std::uint64_t drawn = next() >> unused;
    if (drawn <= last) return drawn;
  }
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
  if (high < low) return low;
  const auto first = static_cast<std::uint64_t>(low);
  return static_cast<std::int64_t>(first + up_to(static_cast<std::uint64_t>(high) - first));
}

std::int64_t Random::gaussian(std::int64_t low, std::int64_t high, double parameter) {
  LG_ASSERT(!(parameter < kMinGaussian));
  double deviation = 0;  // standard normal, by Box and Muller; drawn again beyond ±parameter
  do {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
    deviation = radius * std::sin(2.0 * std::numbers::pi * (1.0 - unit()));
  } while (deviation < -parameter || deviation >= parameter);
  return at_share(low, high, (deviation + parameter) / (parameter * 2.0));
}

std::int64_t Random::exponential(std::int64_t low, std::int64_t high, double parameter) {
  LG_ASSERT(!(parameter <= 0));
  const double cut = std::exp(-parameter);
  const double uniform = 1.0 - unit();
  return at_share(low, high, -std::log(cut + (1.0 - cut) * uniform) / parameter);
}

std::int64_t Random::zipfian(std::int64_t low, std::int64_t high, double parameter) {
  LG_ASSERT(parameter >= kMinZipfian && parameter <= kMaxZipfian);
  const std::int64_t size = high - low + 1;
  if (size <= 1) return low;  // without a draw
  const double b = std::pow(2.0, parameter - 1.0);
  for (;;) {
    const double u = unit();
    const double v = unit();
    const double rank = std::floor(std::pow(u, -1.0 / (parameter - 1.0)));
    const double t = std::pow(1.0 + 1.0 / rank, parameter - 1.0);
    const bool accepted = v * rank * (t - 1.0) / (b - 1.0) <= t / b;
    if (accepted && rank <= static_cast<double>(size)) {
      return low - 1 + static_cast<std::int64_t>(rank);
    }
  }
}

std::int64_t Random::poisson(double mean) {
  return truncated(-std::log(1.0 - unit()) * mean + 0.5);
}

RunRandom seed_run(const RunRandomSize& size) {
  Random base(size.seed);
  const auto derived = [&] { return Random(base.next()); };
  RunRandom run;
  for (int i = 0; i < size.clients; ++i) run.clients.push_back(derived());
  if (!size.own_default_seed) run.default_seed = static_cast<std::int64_t>(base.next());
  for (int i = 0; i < size.threads; ++i) {
    // Braces: evaluated in this order.
    run.threads.push_back(ThreadRandom{derived(), derived(), derived()});
  }
  return run;
}

}  // namespace loadgen::pgbench
