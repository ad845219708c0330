#include "loadgen/core/histogram.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "random_part.h"

using namespace loadgen;
using namespace std::chrono_literals;
using test::Random;

TEST_CASE("the layout is HdrHistogram's") {
  struct Row {
    std::string why;
    std::int64_t us;
    std::uint32_t index;
    std::int64_t lowest, highest;
  };
  const Row rows[] = {
      {"the lowest", 0, 0, 0, 0},
      {"below it counts as it", -1, 0, 0, 0},
      {"the last value with a bucket of its own", 2047, 2047, 2047, 2047},
      {"the first bucket of two", 2048, 2048, 2048, 2049},
      {"its other half", 2049, 2048, 2048, 2049},
      {"the last bucket of two", 4095, 3071, 4094, 4095},
      {"the first bucket of four", 4096, 3072, 4096, 4099},
      {"one hour", 3'600'000'000, 23'220, 3'598'712'832, 3'600'809'983},
      {"above it counts as it", 3'700'000'000, 23'220, 3'598'712'832, 3'600'809'983},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(hdr::index_of(row.us) == row.index);
    CHECK(hdr::lowest_us(row.index) == row.lowest);
    CHECK(hdr::highest_us(row.index) == row.highest);
  }
}

TEST_CASE("buckets follow each other without gap, none wider than 1/1024 of its value") {
  for (std::uint32_t index = 0; index + 1 < hdr::kCounts; ++index) {
    REQUIRE(hdr::highest_us(index) + 1 == hdr::lowest_us(index + 1));
    REQUIRE(hdr::width_us(index) * 1024 <= std::max<std::int64_t>(hdr::lowest_us(index), 1024));
    if (hdr::highest_us(index) > hdr::kHighestUs) break;
    REQUIRE(hdr::index_of(hdr::lowest_us(index)) == index);
    REQUIRE(hdr::index_of(hdr::highest_us(index)) == index);
  }
}

TEST_CASE("values outside the range are clamped and counted, their sum too") {
  Histogram histogram;
  histogram.record(-5ms);
  histogram.record(1999ns);
  histogram.record(2h);
  CHECK(histogram.total() == 3);
  CHECK(histogram.min_us() == 0);
  CHECK(histogram.max_us() == hdr::kHighestUs);
  CHECK(histogram.sum_us() == static_cast<std::uint64_t>(hdr::kHighestUs) + 1);
  CHECK(histogram.mean_us() == static_cast<double>(hdr::kHighestUs + 1) / 3);
  CHECK(histogram.count_at(0) == 1);
  CHECK(histogram.count_at(1) == 1);
  CHECK(histogram.count_at(2) == 0);
  CHECK(histogram.count_at(hdr::kCounts) == 0);
}

TEST_CASE("quantiles with infinitely slow values") {
  struct Row {
    std::string why;
    std::uint64_t finite, infinite;  // finite values are 1, 2, 3 … µs
    double q;
    std::optional<std::int64_t> us;
  };
  const Row rows[] = {
      {"no value at all", 0, 0, 0.5, std::nullopt},
      {"only infinite ones", 0, 3, 0.0, std::nullopt},
      {"the lowest", 100, 0, 0.0, 1},
      {"the median of an even number is the lower one", 100, 0, 0.5, 50},
      {"the median of an odd number", 101, 0, 0.5, 51},
      {"the highest", 100, 0, 1.0, 100},
      {"0.07 x 100 is the seventh, whatever doubles say", 100, 0, 0.07, 7},
      {"just above it the eighth", 100, 0, 0.0701, 8},
      {"the one value is every quantile", 1, 0, 0.001, 1},
      {"one infinite of a hundred: p99 is reached", 99, 1, 0.99, 99},
      {"two of a hundred: it is not", 98, 2, 0.99, std::nullopt},
      {"the highest is not reached with one infinite", 99, 1, 1.0, std::nullopt},
      {"3 % failed: p95 stands, at its rank among all", 970, 30, 0.95, 950},
      {"3 % failed: p97 is the last finite", 970, 30, 0.97, 970},
      {"3 % failed: just above is not reached", 970, 30, 0.9701, std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Histogram histogram;
    for (std::uint64_t us = 1; us <= row.finite; ++us) {
      histogram.record_us(static_cast<std::int64_t>(us));
    }
    CHECK(histogram.quantile_us(row.q, row.infinite) == row.us);
  }
}

TEST_CASE("a quantile is never above the exact maximum") {
  Histogram histogram;
  histogram.record_us(1'000'001);
  CHECK(hdr::highest_us(hdr::index_of(1'000'001)) > 1'000'001);
  CHECK(histogram.quantile_us(0.5) == 1'000'001);
}

TEST_CASE("quantiles agree with the raw values within the bucket, and rise with q") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const std::uint64_t n = 1 + test::pick(random, 3000);
    const std::uint64_t infinite = test::pick(random, 3) == 0 ? test::pick(random, n) : 0;
    Histogram histogram;
    std::vector<std::int64_t> raw;
    for (std::uint64_t i = 0; i < n; ++i) {
      raw.push_back(test::random_us(random));
      histogram.record_us(raw.back());
    }
    std::sort(raw.begin(), raw.end());
    std::optional<std::int64_t> before = 0;
    for (int permille = 0; permille <= 1000; ++permille) {
      CAPTURE(permille);
      // The oracle's rank is computed in integers.
      const std::uint64_t rank = std::max<std::uint64_t>(
          1, (static_cast<std::uint64_t>(permille) * (n + infinite) + 999) / 1000);
      const auto us = histogram.quantile_us(permille / 1000.0, infinite);
      REQUIRE(us.has_value() == (rank <= n));
      if (!us) {
        before = std::nullopt;
        continue;
      }
      REQUIRE(before.has_value());  // once not reached, never reached again
      REQUIRE(*us >= *before);
      before = us;
      const std::int64_t exact = raw[rank - 1];
      REQUIRE(*us >= exact);
      REQUIRE(*us - exact < hdr::width_us(hdr::index_of(exact)));
    }
    CHECK(histogram.quantile_us(1.0, 0) == raw.back());
    const std::int64_t limit = raw[n / 2];
    const auto at_most =
        static_cast<std::uint64_t>(std::count_if(raw.begin(), raw.end(), [&](std::int64_t us) {
          return us <= hdr::highest_us(hdr::index_of(limit));
        }));
    CHECK(histogram.count_at_most(limit) == at_most);
  }
}

TEST_CASE("count_at_most beside its edges") {
  Histogram histogram;
  CHECK(histogram.count_at_most(100) == 0);
  for (const std::int64_t us : {0, 10, 10, 2048, 5000}) histogram.record_us(us);
  CHECK(histogram.count_at_most(-1) == 0);
  CHECK(histogram.count_at_most(0) == 1);
  CHECK(histogram.count_at_most(9) == 1);
  CHECK(histogram.count_at_most(10) == 3);
  CHECK(histogram.count_at_most(2047) == 3);
  CHECK(histogram.count_at_most(2048) == 4);
  CHECK(histogram.count_at_most(hdr::kHighestUs + 1) == 5);
}

TEST_CASE("merging equals recording everything in one, in any order and grouping") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Histogram all, parts[3];
    for (std::uint64_t n = test::pick(random, 600); n > 0; --n) {
      const std::int64_t us = test::random_us(random);
      const std::uint64_t times = 1 + test::pick(random, 4);
      all.record_us(us, times);
      parts[test::pick(random, 3)].record_us(us, times);
    }
    const SparseHistogram a = parts[0].sparse(), b = parts[1].sparse(), c = parts[2].sparse();
    SparseHistogram ab = a, bc = b, cba = c;
    ab += b;
    bc += c;
    SparseHistogram ab_c = ab, a_bc = a;
    ab_c += c;
    a_bc += bc;
    cba += b;
    cba += a;
    CHECK(ab_c == all.sparse());
    CHECK(a_bc == all.sparse());
    CHECK(cba == all.sparse());

    Histogram dense = parts[2];
    dense += parts[0];
    dense += b;
    CHECK(dense == all);
    CHECK(Histogram(all.sparse()) == all);
  }
}

TEST_CASE("merging nothing changes nothing") {
  Histogram histogram;
  histogram.record_us(7);
  const SparseHistogram before = histogram.sparse();
  histogram += Histogram{};
  histogram += SparseHistogram{};
  CHECK(histogram.sparse() == before);
  SparseHistogram sparse;
  sparse += before;
  CHECK(sparse == before);
  sparse += SparseHistogram{};
  CHECK(sparse == before);
  sparse += sparse;
  CHECK(sparse.total == 2);
}

// The values published for HdrHistogram's correction, which our schedule makes unnecessary: each
// ticket that fell due during the stall has waited since then.
TEST_CASE("a stall of 100 s is charged to all that fell due meanwhile") {
  Histogram histogram;
  histogram.record_us(1'000, 10'000);
  for (std::int64_t waited_us = 100'000'000; waited_us > 0; waited_us -= 10'000) {
    histogram.record_us(waited_us);
  }
  CHECK(histogram.total() == 20'000);
  struct Row {
    double q, seconds;
  };
  for (const Row& row : {Row{0.5, 0.001}, Row{0.75, 50}, Row{0.9, 80}, Row{0.99, 98}}) {
    CAPTURE(row.q);
    const double us = static_cast<double>(*histogram.quantile_us(row.q));
    CHECK(us / 1e6 == doctest::Approx(row.seconds).epsilon(1e-3));
  }
}

TEST_CASE("clear forgets every value, copies are apart") {
  Histogram histogram;
  histogram.record_us(40);
  histogram.record_us(3'000'000);
  Histogram copy = histogram;
  histogram.clear();
  CHECK(histogram.empty());
  CHECK(histogram.sparse() == SparseHistogram{});
  CHECK_FALSE(histogram.quantile_us(0.5).has_value());
  histogram.record_us(90);
  CHECK(histogram.min_us() == 90);
  CHECK(histogram.max_us() == 90);
  CHECK(copy.total() == 2);
  copy = histogram;
  CHECK(copy == histogram);
  copy.record_us(1);
  CHECK(histogram.total() == 1);
  const Histogram taken = std::move(copy);
  CHECK(taken.total() == 2);
  copy = histogram;  // one that was moved from can be assigned to
  CHECK(copy == histogram);
}
