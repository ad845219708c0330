#include "loadgen/cluster/settlement.h"

#include <doctest/doctest.h>

#include "fake_run.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::small_assignment;

DriverFactory factory() {
  static const test::FakeRule kRule;
  return [](const DriverSetup& setup) { return std::make_unique<test::FakeDriver>(setup, kRule); };
}

std::uint64_t sum(const std::map<SliceKey, std::uint64_t>& due) {
  std::uint64_t all = 0;
  for (const auto& [key, tickets] : due) all += tickets;
  return all;
}

TEST_CASE("the shares' due tickets together are those of the whole, second by second") {
  const PlanReached reached{10500ms, {{"spike", 1, 0, 3, 2s, 4s}}};
  const auto whole = due_tickets(small_assignment(), reached, factory());
  CHECK(sum(whole) == 2 * 1050 + 400);  // 100/s to two groups; twice as much again for 2 s to one
  std::map<SliceKey, std::uint64_t> together;
  for (std::uint32_t share = 0; share < 3; ++share) {
    Assign assign = small_assignment();
    assign.worker = share;
    assign.of = 3;
    for (const auto& [key, tickets] : due_tickets(assign, reached, factory()))
      together[key] += tickets;
  }
  CHECK(together == whole);
}

TEST_CASE("what a closed loop would have sent is not known") {
  Assign assign = small_assignment();
  assign.overrides = {"workloads.home.rate=0", "workloads.home.clients=5"};
  CHECK(due_tickets(assign, {10s, {}}, factory()).empty());
}

}  // namespace
}  // namespace loadgen
