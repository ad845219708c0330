#include "loadgen/cluster/allowance.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a second's worth at once, then no faster than allowed") {
  Allowance allowance;
  Instant now{100s};
  for (int i = 0; i < 1000; ++i) CHECK(allowance.take(0, now) == 0s);
  CHECK(std::chrono::abs(allowance.take(0, now) - 1ms) < 1us);
  now += 500ms;
  int free = 0;
  while (allowance.take(0, now) == 0s) ++free;
  CHECK(free >= 498);
  CHECK(free <= 500);
}

TEST_CASE("bytes count, too") {
  Allowance allowance;
  const Instant now{100s};
  CHECK(allowance.take(std::size_t{32} << 20, now) == 0s);
  CHECK(allowance.take(std::size_t{64} << 20, now) > 490ms);
}

TEST_CASE("nothing is saved up beyond a second") {
  Allowance allowance;
  allowance.take(0, Instant{100s});
  int free = 0;
  while (allowance.take(0, Instant{1000s}) == 0s) ++free;
  CHECK(free == 1000);
}

}  // namespace
}  // namespace loadgen
