#include "loadgen/analysis/seconds.h"

namespace loadgen {
namespace {

SecondFigures second_of(const Tally& tally, const Histogram& ok, const SecondsOf& of) {
  SecondFigures second;
  second.scheduled = tally.scheduled;
  second.planned = settled(tally);
  second.ok = tally.ok();
  second.good = of.latency_limit ? ok.count_at_most(whole_us(*of.latency_limit)) : second.ok;
  second.ended = tally.ended;
  second.in_flight = tally.in_flight;
  second.waiting = of.closed_loop && tally.scheduled == 0 && tally.in_flight > 0;
  if (!ok.empty()) {
    second.p50_us = ok.quantile_us(0.50);
    second.p99_us = ok.quantile_us(0.99);
    second.max_us = ok.max_us();
  }
  second.first_ok = tally.first_ok;
  second.last_ok = tally.last_ok;
  second.first_not_ok = tally.first_not_ok;
  second.last_not_ok = tally.last_not_ok;
  return second;
}

}  // namespace

std::vector<SecondFigures> seconds_of(const Recording& recording, const SecondsOf& of) {
  const auto count = static_cast<std::size_t>(of.to > of.from ? of.to - of.from : 0);
  std::vector<std::vector<const Slice*>> slices(count);
  each_slice(recording, of.selection, of.from, of.to, [&](const SliceKey& key, const Slice& slice) {
    slices[static_cast<std::size_t>(key.second - of.from)].push_back(&slice);
  });
  std::vector<SecondFigures> seconds(count);
  Histogram ok;  // one for all seconds: it keeps its pages
  for (std::size_t s = 0; s < count; ++s) {
    if (slices[s].empty()) continue;
    ok.clear();
    for (const Slice* slice : slices[s]) ok += (*slice)[Measure::response_ok];
    if (slices[s].size() == 1) {
      seconds[s] = second_of(slices[s].front()->tally, ok, of);
      continue;
    }
    Tally sum;
    for (const Slice* slice : slices[s]) sum += slice->tally;
    seconds[s] = second_of(sum, ok, of);
  }
  return seconds;
}

}  // namespace loadgen
