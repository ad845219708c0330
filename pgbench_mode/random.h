// Random values equal to those of pgbench 15 for the same seed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace loadgen::pgbench {

/// xoroshiro128**, seeded by splitmix64. A regular value: a copy goes on with the same values,
/// which is how the retry of a transaction gets the values of the first try. One thread each.
/// Source: Blackman and Vigna, Scrambled Linear Pseudorandom Number Generators, and pg_prng of
/// PostgreSQL 15. Checked against: the installed pgbench, tests/pgbench_mode/random_test.cc.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  /// Uniform over all 64-bit numbers.
  std::uint64_t next();
  /// Uniform in [0, 1), of 52 bits.
  double unit();
  /// Uniform in [0, last].
  std::uint64_t up_to(std::uint64_t last);
  /// Uniform in [low, high]; high - low must fit into 63 bits. low when high < low.
  std::int64_t between(std::int64_t low, std::int64_t high);

  /// The same range, other distributions: low ≤ high, and high - low + 1 fits into 63 bits.
  /// parameter ≥ kMinGaussian: how many standard deviations lie on each side of the middle.
  std::int64_t gaussian(std::int64_t low, std::int64_t high, double parameter);
  /// parameter > 0: low is the most frequent one; the density at high is exp(-parameter) of it.
  std::int64_t exponential(std::int64_t low, std::int64_t high, double parameter);
  /// parameter in [kMinZipfian, kMaxZipfian]: the k-th value has probability ~ k^-parameter.
  /// Source: Devroye, Non-Uniform Random Variate Generation, p. 550 (rejection).
  std::int64_t zipfian(std::int64_t low, std::int64_t high, double parameter);
  /// The time between two arrivals of a Poisson process, rounded, in the unit of `mean`: -R with
  /// the mean distance in microseconds.
  std::int64_t poisson(double mean);

  bool operator==(const Random&) const = default;

  static constexpr double kMinGaussian = 2.0;
  static constexpr double kMinZipfian = 1.001;
  static constexpr double kMaxZipfian = 1000.0;

 private:
  std::uint64_t a_;
  std::uint64_t b_;
};

/// The generators of one pgbench thread.
struct ThreadRandom {
  Random choose;    // which script: between(0, total weight - 1); not asked when there is but one
  Random throttle;  // -R: poisson(mean distance in µs)
  Random sample;    // --sampling-rate: a transaction is logged when unit() ≤ the rate
};

/// All generators of a run. pgbench draws a seed for each of them from one base generator, seeded
/// with --random-seed, in the order of the members: first one per client, then the default_seed of
/// the hash functions, then three per thread.
struct RunRandom {
  std::vector<Random> clients;  // by client_id: what random() and its like draw from
  std::optional<std::int64_t> default_seed;
  std::vector<ThreadRandom> threads;
};
struct RunRandomSize {
  std::uint64_t seed = 0;  // --random-seed
  int clients = 1;
  int threads = 1;                // as many as run: no more than clients
  bool own_default_seed = false;  // -D default_seed=… is given: none is drawn then
};
RunRandom seed_run(const RunRandomSize& size);

}  // namespace loadgen::pgbench
