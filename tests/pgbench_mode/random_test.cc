// The expected values are those of PostgreSQL 15's pgbench for the same --random-seed.
#include "pgbench_mode/random.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace loadgen::pgbench;

namespace {

// The generator of client 0.
Random client_of(std::uint64_t seed) { return seed_run({.seed = seed}).clients.front(); }

}  // namespace

TEST_CASE("random() draws what pgbench draws") {
  struct Row {
    std::uint64_t seed;
    std::int64_t large[3], small[3], huge, next;
  };
  const Row rows[] = {
      {0, {238721, 542000, 968497}, {3, -2, 4}, 300534806037885486, 347922},
      {42, {668251, 855542, 665859}, {-5, -1, 5}, 2581027610867477363, 303850},
      {18446744073709551615u, {970931, 718836, 770975}, {2, 5, 3}, 8581319758237698651, 959984},
  };
  for (const Row& row : rows) {
    CAPTURE(row.seed);
    Random random = client_of(row.seed);
    for (const std::int64_t expected : row.large) CHECK(random.between(1, 1000000) == expected);
    for (const std::int64_t expected : row.small) CHECK(random.between(-5, 5) == expected);
    CHECK(random.between(0, 9223372036854775806) == row.huge);
    CHECK(random.between(7, 7) == 7);  // draws nothing
    CHECK(random.between(7, 6) == 7);  // nor does this
    CHECK(random.between(1, 1000000) == row.next);
  }
}

TEST_CASE("the other distributions draw what pgbench draws, one after the other") {
  Random random = client_of(42);
  for (const std::int64_t expected : {826, 373, 676}) {
    CHECK(random.gaussian(1, 1000, 2.0) == expected);
  }
  for (const std::int64_t expected : {-16, 0}) CHECK(random.gaussian(-100, 100, 5) == expected);
  for (const std::int64_t expected : {422, 39, 318}) {
    CHECK(random.exponential(1, 1000, 2.5) == expected);
  }
  for (const std::int64_t expected : {42, 370, 4}) {
    CHECK(random.zipfian(1, 1000, 1.1) == expected);
  }
  CHECK(random.zipfian(7, 7, 2) == 7);  // draws nothing
  CHECK(random.zipfian(1, 10, 1000) == 1);
  CHECK(random.between(1, 1000000) == 395632);
}

TEST_CASE("extreme parameters give what pgbench gives, even beyond the range") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Random random = client_of(42);
  CHECK(random.gaussian(0, 9223372036854775806, 2) == 7618071528051847168);
  CHECK(random.exponential(1, 10, 1e-16) == 12);
  CHECK(random.exponential(1, 10, 1e300) == 1);
  CHECK(random.gaussian(1, 10, kInfinity) == -9223372036854775807);
  CHECK(random.exponential(1, 10, kInfinity) == 1);
  CHECK(random.exponential(1, 10, std::nan("")) == -9223372036854775807);
}

TEST_CASE("every value is in its range, and the whole range comes") {
  struct Row {
    std::string why;
    std::int64_t (*draw)(Random&);
  };
  const Row rows[] = {
      {"uniform", [](Random& r) { return r.between(-2, 2); }},
      {"gaussian", [](Random& r) { return r.gaussian(-2, 2, 2.0); }},
      {"exponential", [](Random& r) { return r.exponential(-2, 2, 1.0); }},
      {"zipfian", [](Random& r) { return r.zipfian(-2, 2, 1.001); }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Random random(5);
    std::vector<int> counts(5);
    for (int i = 0; i < 10'000; ++i) {
      const std::int64_t drawn = row.draw(random);
      REQUIRE(drawn >= -2);
      REQUIRE(drawn <= 2);
      ++counts[static_cast<std::size_t>(drawn + 2)];
    }
    for (const int count : counts) CHECK(count > 100);
  }
}

TEST_CASE("the distance of arrivals has the mean that was asked for") {
  Random random(7);
  double sum = 0;
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) sum += static_cast<double>(random.poisson(5000));
  // The standard error of the mean is 5000 / √100,000 = 16.
  CHECK(sum / kDraws == doctest::Approx(5000).epsilon(0.01));
  CHECK(random.poisson(0) == 0);
}

TEST_CASE("a copy goes on with the same values") {
  Random random(1);
  random.next();
  Random copy = random;
  CHECK(copy == random);
  for (int i = 0; i < 100; ++i) REQUIRE(copy.next() == random.next());
  random.next();
  CHECK_FALSE(copy == random);
}

TEST_CASE("the generators of a run are drawn in pgbench's order") {
  const RunRandom run = seed_run({.seed = 7, .clients = 2, .threads = 1});
  CHECK(run.default_seed == -6956873347570724869);
  Random first = run.clients[0];
  Random second = run.clients[1];
  for (const std::int64_t expected : {890305411, 380968486, 24115802}) {
    CHECK(first.between(1, 1'000'000'000) == expected);
  }
  for (const std::int64_t expected : {478278368, 584871511, 66838407}) {
    CHECK(second.between(1, 1'000'000'000) == expected);
  }
  // Scripts weighted 3, 5 and 2.
  Random choose = run.threads[0].choose;
  std::vector<int> chosen;
  for (int i = 0; i < 4; ++i) {
    const std::int64_t place = choose.between(0, 9);
    chosen.push_back(place < 3 ? 0 : place < 8 ? 1 : 2);
  }
  CHECK(chosen == std::vector<int>{1, 1, 0, 0});
}

TEST_CASE("the log of a sample is of the transactions of which pgbench's is") {
  Random sample = seed_run({.seed = 99}).threads[0].sample;
  std::vector<int> logged;
  for (int transaction = 1; transaction <= 30; ++transaction) {
    if (sample.unit() <= 0.4) logged.push_back(transaction);
  }
  CHECK(logged == std::vector<int>{2, 11, 12, 14, 15, 21, 25, 26, 28});
}

TEST_CASE("a default_seed of the user's own leaves its number to the first thread") {
  const RunRandom drawn = seed_run({.seed = 3, .clients = 2, .threads = 2});
  const RunRandom own = seed_run({.seed = 3, .clients = 2, .threads = 2, .own_default_seed = true});
  CHECK(drawn.default_seed.has_value());
  CHECK_FALSE(own.default_seed.has_value());
  CHECK(own.clients == drawn.clients);
  CHECK(own.threads[0].choose == Random(static_cast<std::uint64_t>(*drawn.default_seed)));
  CHECK(own.threads[0].throttle == drawn.threads[0].choose);
}
