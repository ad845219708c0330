#include "loadgen/core/ledger.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "random_part.h"

using namespace loadgen;
using namespace std::chrono_literals;

namespace {

LedgerRange range(std::uint64_t first, std::uint64_t last, std::uint32_t attempt = 1,
                  LedgerFate fate = LedgerFate::acknowledged) {
  return {first, last, attempt, fate, RunOffset(first * 10), RunOffset(last * 10)};
}

std::vector<LedgerRange> listed(const LedgerRanges& ranges) {
  std::vector<LedgerRange> all;
  for (const auto& [place, one] : ranges.ranges()) all.push_back(one);
  return all;
}

}  // namespace

TEST_CASE("attempts that fared alike become one range, others stay apart") {
  struct Row {
    const char* why;
    LedgerRange first, second;
    std::size_t ranges;
  };
  const Row rows[] = {
      {"the next number", range(1, 4), range(5, 5), 1},
      {"the number before", range(5, 9), range(4, 4), 1},
      {"a gap of one", range(1, 4), range(6, 6), 2},
      {"another fate", range(1, 4), range(5, 5, 1, LedgerFate::in_doubt), 2},
      {"another attempt", range(1, 4), range(5, 5, 2), 2},
      {"the same number, tried again", range(4, 4, 1, LedgerFate::failed), range(4, 4, 2), 2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    LedgerRanges ranges;
    CHECK(ranges.add(row.first));
    CHECK(ranges.add(row.second));
    CHECK(ranges.ranges().size() == row.ranges);
  }
}

TEST_CASE("what fills a gap joins both sides, and the instants widen") {
  LedgerRanges ranges;
  for (const LedgerRange& one : {range(1, 3), range(5, 9), range(4, 4)}) REQUIRE(ranges.add(one));
  CHECK(listed(ranges) == std::vector{range(1, 9)});
}

TEST_CASE("a number that is there already is refused, and nothing changes") {
  struct Row {
    const char* why;
    LedgerRange again;
    bool fits;
  };
  const Row rows[] = {
      {"the same", range(10, 20), false},
      {"inside", range(12, 13), false},
      {"around", range(1, 99), false},
      {"its first", range(9, 10), false},
      {"its last", range(20, 25), false},
      {"just before", range(9, 9), true},
      {"just behind", range(21, 21), true},
      {"another attempt", range(10, 20, 2), true},
      {"another fate", range(15, 15, 1, LedgerFate::failed), false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    LedgerRanges ranges;
    REQUIRE(ranges.add(range(10, 20)));
    REQUIRE(ranges.add(range(30, 40, 2)));
    const LedgerRanges before = ranges;
    CHECK(ranges.overlaps(row.again) == !row.fits);
    CHECK(ranges.add(row.again) == row.fits);
    if (!row.fits) CHECK(ranges == before);
  }
}

TEST_CASE("in whatever order attempts are added, the ranges are the same") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    test::Random random(seed);
    std::vector<LedgerRange> attempts;
    for (std::uint64_t sequence = 1; sequence <= 40; ++sequence) {
      const std::uint64_t tries = 1 + test::pick(random, 3);
      for (std::uint32_t attempt = 1; attempt <= tries; ++attempt) {
        const auto fate = static_cast<LedgerFate>(test::pick(random, kLedgerFates));
        attempts.push_back(range(sequence, sequence, attempt, fate));
      }
    }
    LedgerRanges in_order, shuffled;
    for (const LedgerRange& one : attempts) REQUIRE(in_order.add(one));
    std::shuffle(attempts.begin(), attempts.end(), random);
    for (const LedgerRange& one : attempts) REQUIRE(shuffled.add(one));
    CHECK(in_order == shuffled);
    std::uint64_t size = 0;
    for (const LedgerRange& one : listed(in_order)) size += one.size();
    CHECK(size == attempts.size());
  }
}

TEST_CASE("fates have names") {
  CHECK(name_of(LedgerFate::acknowledged) == "acknowledged");
  CHECK(name_of(LedgerFate::weak) == "weak");
  CHECK(name_of(LedgerFate::in_doubt) == "in_doubt");
  CHECK(name_of(LedgerFate::failed) == "failed");
}

TEST_CASE("rows are compared as an audit reads them: worker, connection, attempt, sequence") {
  const LedgerRow row{{1, 2}, 1, 9};
  CHECK(row < LedgerRow{{1, 2}, 1, 10});
  CHECK(row < LedgerRow{{1, 2}, 2, 1});
  CHECK(row < LedgerRow{{1, 3}, 1, 1});
  CHECK(row < LedgerRow{{2, 0}, 1, 1});
}
