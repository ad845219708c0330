#include "loadgen/cluster/balance.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

Part part_of(RunSecond second, std::uint64_t scheduled, std::uint64_t ok) {
  Part part;
  Slice& slice = part.slices[{0, 0, 0, second}];
  slice.tally.scheduled = scheduled;
  slice.tally.ended[static_cast<std::size_t>(Outcome::ok)] = ok;
  return part;
}

TEST_CASE("no more tickets end than fell due, whoever says so and when") {
  Balance balance;
  CHECK(balance.refuses(part_of(3, 5, 6)) != "");
  CHECK(balance.refuses(part_of(3, 5, 5)) == "");
  balance.add(part_of(3, 5, 3));
  CHECK(balance.refuses(part_of(3, 0, 3)) != "");
  CHECK(balance.refuses(part_of(4, 0, 2)) != "");  // of another second
  CHECK(balance.refuses(part_of(3, 0, 2)) == "");
  balance.add(part_of(3, 0, 2));
  CHECK(balance.refuses(part_of(3, 0, 1)) != "");  // all of them have ended
}

}  // namespace
}  // namespace loadgen
