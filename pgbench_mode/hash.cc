#include "pgbench_mode/hash.h"

#include <bit>

#include "loadgen/core/assert.h"
#include "pgbench_mode/random.h"

namespace loadgen::pgbench {
namespace {

// One to one on [0, mask], mask = 2^bits - 1 with bits ≥ 1: times an odd number, an exclusive or,
// and a rotation by one, since the low bits of such a product are the least mixed.
std::uint64_t scrambled(std::uint64_t value, std::uint64_t mask, std::uint64_t factor,
                        std::uint64_t flips) {
  const int bits = std::popcount(mask);
  value = ((value * factor) ^ flips) & mask;
  return ((value << 1) & mask) | (value >> (bits - 1));
}

}  // namespace

std::int64_t hash_murmur2(std::int64_t value, std::int64_t seed) {
  constexpr std::uint64_t kFactor = 0xc6a4a7935bd1e995u;
  constexpr int kShift = 47;
  auto word = static_cast<std::uint64_t>(value);
  word *= kFactor;
  word ^= word >> kShift;
  word *= kFactor;

  std::uint64_t hash = static_cast<std::uint64_t>(seed) ^ (sizeof value * kFactor);
  hash ^= word;
  hash *= kFactor;
  hash ^= hash >> kShift;
  hash *= kFactor;
  hash ^= hash >> kShift;
  return static_cast<std::int64_t>(hash);
}

std::int64_t hash_fnv1a(std::int64_t value, std::int64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325u ^ static_cast<std::uint64_t>(seed);
  auto rest = static_cast<std::uint64_t>(value);
  for (int i = 0; i < 8; ++i, rest >>= 8) hash = (hash ^ (rest & 0xff)) * 0x100000001b3u;
  return static_cast<std::int64_t>(hash);
}

std::int64_t permute(std::int64_t value, std::int64_t size, std::int64_t seed) {
  LG_ASSERT(size >= 1);
  if (size == 1) return 0;
  Random random(static_cast<std::uint64_t>(seed));
  const auto count = static_cast<std::uint64_t>(size);
  std::uint64_t place = static_cast<std::uint64_t>(value) % count;
  // The largest 2^bits ≤ count: the scrambling is one to one on so many places only, so each round
  // scrambles the lower and the upper so many, which overlap, and then turns the whole circle.
  const std::uint64_t mask = std::bit_floor(count) - 1;
  constexpr int kRounds = 6;
  for (int i = 0; i < kRounds; ++i) {
    std::uint64_t factor = (random.next() & mask) | 1;
    std::uint64_t flips = random.next() & mask;
    if (place <= mask) place = scrambled(place, mask, factor, flips);

    factor = (random.next() & mask) | 1;
    flips = random.next() & mask;
    const std::uint64_t from_end = count - 1 - place;
    if (from_end <= mask) place = count - 1 - scrambled(from_end, mask, factor, flips);

    place = (place + random.up_to(count - 1)) % count;
  }
  return static_cast<std::int64_t>(place);
}

}  // namespace loadgen::pgbench
