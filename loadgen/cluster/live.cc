#include "loadgen/cluster/live.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace loadgen {

namespace {
constexpr RunSecond kForEver = std::numeric_limits<RunSecond>::max();
}

void LiveView::add(const Part& part) {
  for (const auto& [slice_key, slice] : part.slices) {
    const Key key{slice_key.group, slice_key.workload};
    Second& second = seconds_[key][slice_key.second];
    const Tally& tally = slice.tally;
    second.scheduled += tally.scheduled;
    if (tally.scheduled > 0) last_due_ = std::max(last_due_, slice_key.second);
    second.in_flight += tally.in_flight;
    second.ok += tally.ok();
    second.blind += tally.blind();
    second.failed += count_of(tally.ended, OutcomeKind::failed);
    second.timed_out += count_of(tally.ended, OutcomeKind::timed_out) +
                        count_of(tally.ended, OutcomeKind::in_doubt);
    second.not_sent += count_of(tally.ended, OutcomeKind::not_sent);
    second.unfinished += count_of(tally.ended, OutcomeKind::unfinished);
    for (std::size_t i = 0; i < kOutcomes; ++i) {
      if (tally.ended[i] > 0 && kind_of(static_cast<Outcome>(i)) == OutcomeKind::failed) {
        second.failed_by[i] += tally.ended[i];
      }
    }
    Kept& kept = kept_[{key, slice_key.second}];
    kept.response_ok += slice[Measure::response_ok];
    kept.send_lag += slice[Measure::send_lag];
  }
  // A part is made just after the second that it reports is over.
  forget_quietly(part.worker);
  const RunSecond up_to = part.last ? kForEver : run_second(part.made_at) - 1;
  heard_[part.worker] = up_to;
  ++workers_at_[up_to];
  find_newest();
}

void LiveView::forget(std::uint32_t worker) {
  if (forget_quietly(worker) && !heard_.empty()) find_newest();
}

bool LiveView::forget_quietly(std::uint32_t worker) {
  const auto found = heard_.find(worker);
  if (found == heard_.end()) return false;
  const auto at = workers_at_.find(found->second);
  if (--at->second == 0) workers_at_.erase(at);
  heard_.erase(found);
  return true;
}

void LiveView::find_newest() {
  const RunSecond oldest = workers_at_.begin()->first;
  const RunSecond before = std::exchange(newest_, oldest == kForEver ? last_due_ : oldest);
  if (newest_ == before) return;
  std::erase_if(kept_, [&](const auto& entry) { return entry.first.second + kKeep < newest_; });
}

LiveView::Window LiveView::window(Key key, RunSecond from, RunSecond to) const {
  Window window;
  window.seconds = std::max(0, to - from);
  const auto of_key = seconds_.find(key);
  if (of_key == seconds_.end()) return window;
  for (auto at = of_key->second.lower_bound(from); at != of_key->second.end() && at->first < to;
       ++at) {
    const Second& second = at->second;
    window.sum.scheduled += second.scheduled;
    window.sum.blind += second.blind;
    window.sum.ok += second.ok;
    window.sum.failed += second.failed;
    window.sum.timed_out += second.timed_out;
    window.sum.not_sent += second.not_sent;
    window.sum.unfinished += second.unfinished;
    window.sum.in_flight = second.in_flight;  // a gauge: the latest
    const auto kept = kept_.find({key, at->first});
    if (kept == kept_.end()) continue;
    window.response_ok += kept->second.response_ok;
    window.send_lag += kept->second.send_lag;
  }
  return window;
}

const std::map<RunSecond, LiveView::Second>& LiveView::seconds(Key key) const {
  static const std::map<RunSecond, Second> kNone;
  const auto found = seconds_.find(key);
  return found == seconds_.end() ? kNone : found->second;
}

std::uint64_t LiveView::open() const {
  std::uint64_t scheduled = 0, ended = 0;
  for (const auto& [key, seconds] : seconds_) {
    for (const auto& [number, second] : seconds) {
      scheduled += second.scheduled;
      ended += second.ended();
    }
  }
  return scheduled - ended;
}

}  // namespace loadgen
