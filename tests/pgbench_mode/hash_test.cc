// The expected values are those of PostgreSQL 15's pgbench.
#include "pgbench_mode/hash.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

using namespace loadgen::pgbench;

namespace {
constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
}  // namespace

TEST_CASE("hashes are pgbench's") {
  CHECK(hash_murmur2(0, 0) == 8217090173679840641);
  CHECK(hash_murmur2(1, 0) == -8089716718896805586);
  CHECK(hash_murmur2(-1, 42) == 5126586708067272379);
  CHECK(hash_murmur2(kHighest, -1) == -7449049946749928351);
  CHECK(hash_fnv1a(0, 0) == -6284781860667377211);
  CHECK(hash_fnv1a(1, 0) == -8517097267634966620);
  CHECK(hash_fnv1a(-1, 42) == 5526891816793633639);
  CHECK(hash_fnv1a(kLowest, -1) == 4052607191188198810);
}

TEST_CASE("permutations are pgbench's") {
  struct Row {
    std::string why;
    std::int64_t value, size, seed, expected;
  };
  const Row rows[] = {
      {"nothing to permute", 5, 1, 5, 0},
      {"two places", 0, 2, 5, 0},
      {"ten places, the first", 0, 10, 42, 1},
      {"ten places, the last", 9, 10, 42, 2},
      {"beyond the size it begins again", 10, 10, 42, 1},
      {"a negative value counts as unsigned", -1, 10, 42, 8},
      {"the largest size", 7, kHighest, 5, 54430480500319095},
      {"a power of two, a negative seed", 5, std::int64_t{1} << 62, -9, 3196397356719788390},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(permute(row.value, row.size, row.seed) == row.expected);
  }
}

TEST_CASE("a permutation is one to one, for every size and seed") {
  for (std::int64_t size = 1; size <= 70; ++size) {
    for (const std::int64_t seed : {std::int64_t{0}, std::int64_t{1}, kLowest, kHighest}) {
      CAPTURE(size);
      CAPTURE(seed);
      std::vector<std::int64_t> places;
      for (std::int64_t value = 0; value < size; ++value) {
        places.push_back(permute(value, size, seed));
      }
      std::sort(places.begin(), places.end());
      for (std::int64_t place = 0; place < size; ++place) {
        REQUIRE(places[static_cast<std::size_t>(place)] == place);
      }
    }
  }
}
