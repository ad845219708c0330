#include "loadgen/cluster/balance.h"

namespace loadgen {

void Balance::add(const Part& part) {
  for (const auto& [key, slice] : part.slices) {
    const auto kept = open_.slices.try_emplace(key).first;
    Tally& tally = kept->second.tally;
    tally.scheduled += slice.tally.scheduled;
    for (std::size_t i = 0; i < kOutcomes; ++i) tally.ended[i] += slice.tally.ended[i];
    if (tally.open() == 0) open_.slices.erase(kept);
  }
}

}  // namespace loadgen
