#include "loadgen/analysis/lost_share.h"

namespace loadgen {

Part settle_share(std::uint32_t share, const Recording& reported,
                  const std::map<SliceKey, std::uint64_t>& due) {
  constexpr auto kLost = static_cast<std::size_t>(Outcome::blind_worker_lost);
  Part adjustment;
  adjustment.worker = share;
  // Nothing was heard by it: the worker's last sign of life stays what it was.
  const auto worker = reported.workers.find(share);
  if (worker != reported.workers.end()) adjustment.made_at = worker->second.last_heard;
  for (const auto& [key, tickets] : due) {
    const auto known = reported.slices.find(key);
    const std::uint64_t scheduled =
        known == reported.slices.end() ? 0 : known->second.tally.scheduled;
    if (tickets <= scheduled) continue;
    Tally& tally = adjustment.slices[key].tally;
    tally.scheduled += tickets - scheduled;
    tally.ended[kLost] += tickets - scheduled;
  }
  for (const auto& [key, slice] : reported.slices) {
    if (slice.tally.open() <= 0) continue;
    adjustment.slices[key].tally.ended[kLost] += static_cast<std::uint64_t>(slice.tally.open());
  }
  return adjustment;
}

}  // namespace loadgen
