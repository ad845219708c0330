#include "loadgen/analysis/pool.h"

#include "loadgen/core/assert.h"

namespace loadgen {

Pool& Pool::operator+=(const Slice& slice) {
  tally += slice.tally;
  for (std::size_t m = 0; m < kMeasures; ++m) {
    if (!slice.histograms[m].empty()) histograms[m] += slice.histograms[m];
  }
  return *this;
}

Pool& Pool::operator+=(const Pool& other) {
  tally += other.tally;
  for (std::size_t m = 0; m < kMeasures; ++m) histograms[m] += other.histograms[m];
  return *this;
}

std::uint64_t settled(const Tally& tally) {
  const std::int64_t open = tally.open();
  LG_ASSERT(open >= 0);
  return tally.planned() - static_cast<std::uint64_t>(open);
}

void each_slice(const Recording& recording, const Selection& selection, RunSecond from,
                RunSecond to, const std::function<void(const SliceKey&, const Slice&)>& visit) {
  SliceKey at{selection.group, selection.workload, selection.operation.value_or(0), from};
  // Keys ascend by group, workload, operation, second: one look-up per operation.
  for (;;) {
    auto slice = recording.slices.lower_bound(at);
    const auto same_operation = [&] {
      return slice != recording.slices.end() && slice->first.group == at.group &&
             slice->first.workload == at.workload && slice->first.operation == at.operation;
    };
    for (; same_operation() && slice->first.second < to; ++slice)
      visit(slice->first, slice->second);
    if (selection.operation) return;
    slice = recording.slices.upper_bound(
        {at.group, at.workload, at.operation, std::numeric_limits<RunSecond>::max()});
    if (slice == recording.slices.end() || slice->first.group != at.group ||
        slice->first.workload != at.workload) {
      return;
    }
    at.operation = slice->first.operation;
  }
}

Pool pool_of(const Recording& recording, const Selection& selection, RunSecond from, RunSecond to) {
  Pool pool;
  each_slice(recording, selection, from, to,
             [&](const SliceKey&, const Slice& slice) { pool += slice; });
  return pool;
}

}  // namespace loadgen
