#include "loadgen/stats/histogram_quantile.h"

#include <doctest/doctest.h>

#include <random>

namespace loadgen::stats {
namespace {

SparseHistogram histogram_of(const std::vector<std::pair<std::int64_t, std::uint64_t>>& values) {
  Histogram histogram;
  for (const auto& [us, times] : values) histogram.record_us(us, times);
  return histogram.sparse();
}

TEST_CASE("interpolated inside the bucket") {
  struct Row {
    std::string why;
    std::vector<std::pair<std::int64_t, std::uint64_t>> values;
    double q, us, width_us;
  };
  const Row rows[] = {
      {"alike", {{10'000, 100}}, 0.5, 10'000, 8},
      {"fine buckets have a width of 1", {{10, 1}, {20, 1}}, 0.5, 11, 1},
      {"half way through a bucket of 8 µs", {{10'000, 50}, {10'007, 50}}, 0.5, 10'004, 8},
      {"the lowest", {{10, 1}, {20, 3}}, 0, 10, 1},
      {"the highest", {{10, 1}, {20, 3}}, 1, 20, 1},
      {"a hundredth of two levels", {{100, 99}, {1'000, 1}}, 0.99, 101, 1},
      {"just beyond", {{100, 98}, {1'000, 2}}, 0.99, 1'000, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto found = quantile_of(histogram_of(row.values), row.q);
    REQUIRE(found);
    CHECK(found->us == doctest::Approx(row.us));
    CHECK(found->width_us == row.width_us);
  }
  CHECK_FALSE(quantile_of(SparseHistogram{}, 0.5));
}

TEST_CASE("it never lies further from the stepped quantile than a bucket, and is monotone") {
  std::mt19937_64 random(3);
  std::lognormal_distribution<double> latency(9, 1);
  Histogram histogram;
  for (int i = 0; i < 10'000; ++i) histogram.record_us(static_cast<std::int64_t>(latency(random)));
  const SparseHistogram sparse = histogram.sparse();
  double last = 0;
  for (int i = 0; i <= 1000; ++i) {
    const double q = i / 1000.0;
    CAPTURE(q);
    const auto found = quantile_of(sparse, q);
    REQUIRE(found);
    CHECK(found->us >= last);
    CHECK(found->us ==
          doctest::Approx(static_cast<double>(*histogram.quantile_us(q))).epsilon(0.03));
    last = found->us;
  }
}

TEST_CASE("tail samples") {
  CHECK(tail_samples(10'000, 0.99) == 100);
  CHECK(tail_samples(9'999, 0.99) == 99);
  CHECK(tail_samples(100'000, 0.999) == 100);
  CHECK(tail_samples(200, 0.5) == 100);
  CHECK(tail_samples(0, 0.5) == 0);
}

}  // namespace
}  // namespace loadgen::stats
