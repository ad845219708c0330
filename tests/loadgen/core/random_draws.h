// Random values of the types that parts are made of. Draws stand in statements of their own, so
// that a seed means the same with every compiler.
#pragma once

#include <random>
#include <string>

#include "loadgen/core/recording.h"

namespace loadgen::test {

using Random = std::mt19937_64;

inline std::uint64_t pick(Random& random, std::uint64_t below) { return random() % below; }

/// Log-uniform between 0 and an hour, so every doubling of the layout is met.
inline std::int64_t random_us(Random& random) {
  const std::uint64_t bits = 1 + pick(random, 32);
  return static_cast<std::int64_t>(random() >> (64 - bits)) % (hdr::kHighestUs + 1);
}

inline std::string random_text(Random& random, std::size_t longest) {
  std::string text(pick(random, longest + 1), '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

inline RunOffset random_offset(Random& random) {
  return RunOffset{static_cast<std::int64_t>(pick(random, 400'000'000'000)) - 1'000'000'000};
}

inline Histogram random_histogram(Random& random, std::uint64_t most_values) {
  Histogram histogram;
  for (std::uint64_t n = pick(random, most_values + 1); n > 0; --n) {
    const std::int64_t us = random_us(random);
    histogram.record_us(us, 1 + pick(random, 3));
  }
  return histogram;
}

}  // namespace loadgen::test
