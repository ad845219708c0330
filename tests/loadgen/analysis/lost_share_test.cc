#include "loadgen/analysis/lost_share.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

constexpr auto kLost = static_cast<std::size_t>(Outcome::blind_worker_lost);

TEST_CASE("what was not reported and what never ended is blind, and nothing else") {
  std::map<SliceKey, std::uint64_t> due;
  for (RunSecond second = 0; second < 4; ++second) due[{0, 0, 0, second}] = 50;
  Recording reported;
  Part part;
  part.worker = 1;
  part.sequence = 1;
  part.made_at = 2100ms;
  part.slices[{0, 0, 0, 0}].tally.scheduled = 50;
  part.slices[{0, 0, 0, 0}].tally.ended[0] = 50;
  part.slices[{0, 0, 0, 1}].tally.scheduled = 50;
  part.slices[{0, 0, 0, 1}].tally.ended[0] = 44;  // six were open
  part.slices[{0, 0, 0, 2}].tally.scheduled = 5;  // it died in this second
  reported += part;

  const Part adjustment = settle_share(1, reported, due);
  CHECK(adjustment.worker == 1);
  CHECK(adjustment.made_at == RunOffset(2100ms));
  CHECK_FALSE(adjustment.last);
  CHECK(adjustment.slices.count({0, 0, 0, 0}) == 0);
  CHECK(adjustment.slices.at({0, 0, 0, 1}).tally.scheduled == 0);
  CHECK(adjustment.slices.at({0, 0, 0, 1}).tally.ended[kLost] == 6);
  CHECK(adjustment.slices.at({0, 0, 0, 2}).tally.scheduled == 45);
  CHECK(adjustment.slices.at({0, 0, 0, 2}).tally.ended[kLost] == 50);
  CHECK(adjustment.slices.at({0, 0, 0, 3}).tally.ended[kLost] == 50);
  CHECK(imbalance(adjustment, reported) == "");
  reported += adjustment;
  CHECK(reported.open() == 0);
  for (const auto& [key, slice] : reported.slices) CHECK(slice.tally.scheduled == due[key]);
}

TEST_CASE("a share of which nothing was heard is blind as a whole") {
  const Part adjustment = settle_share(0, {}, {{{0, 0, 0, 0}, 7}});
  CHECK(adjustment.slices.at({0, 0, 0, 0}).tally.blind() == 7);
  CHECK(adjustment.slices.at({0, 0, 0, 0}).tally.open() == 0);
}

}  // namespace
}  // namespace loadgen
