#include "loadgen/stats/mser.h"

#include <doctest/doctest.h>

#include <cmath>

#include "noise.h"

namespace loadgen::stats {
namespace {

TEST_CASE("where a warm-up is cut") {
  struct Row {
    std::string why;
    std::vector<double> batches;
    std::size_t cut;
    bool at_edge;
  };
  const Row rows[] = {
      {"nothing", {}, 0, false},
      {"three are too few to tell", {9, 1, 1}, 0, false},
      {"constant", {2, 2, 2, 2, 2, 2}, 0, false},
      {"one high batch", {9, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 1, false},
      {"two", {9, 5, 1, 1.1, 1, 1.1, 1, 1.1, 1, 1.1}, 2, false},
      {"it falls all the way", {10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 5, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const WarmupCut found = mser(row.batches);
    CHECK(found.cut == row.cut);
    CHECK(found.at_edge == row.at_edge);
    CHECK(found.batches == row.batches.size());
  }
}

TEST_CASE("the best of smaller cuts") {
  const std::vector<double> batches = {9, 5, 1, 1.1, 1, 1.1, 1, 1.1, 1, 1.1};
  CHECK(mser(batches, 1).cut == 1);
  CHECK(mser(batches, 0).cut == 0);
  CHECK(mser(batches, 99).cut == 2);
}

TEST_CASE("a decaying warm-up on noise is cut about where it ends") {
  std::size_t right = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    std::vector<double> batches = noise(seed, 60);
    for (std::size_t i = 0; i < batches.size(); ++i) {
      batches[i] += 20 * std::exp(-static_cast<double>(i) / 3);
    }
    const std::size_t cut = mser(batches).cut;
    right += cut >= 5 && cut <= 20 ? 1 : 0;
  }
  CHECK(right >= 80);
}

}  // namespace
}  // namespace loadgen::stats
