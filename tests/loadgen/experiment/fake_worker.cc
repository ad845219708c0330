#include "tests/loadgen/experiment/fake_worker.h"

#include <algorithm>
#include <utility>

namespace loadgen {

using namespace std::chrono_literals;

FakeWorker::FakeWorker(Channel channel, WorkerScript script, std::uint16_t groups)
    : channel_(std::move(channel)),
      script_(std::move(script)),
      groups_(groups),
      thread_([this] { work(); }) {}

bool FakeWorker::receive() {
  while (auto message = channel_.receive()) {
    if (auto* assign = std::get_if<Assign>(&*message)) {
      heard_.assign = *assign;
      if (script_.arms) channel_.send(Armed{assign->worker, script_.problems});
    } else if (auto* start = std::get_if<Start>(&*message)) {
      started_ = true;
      start_ = start->at;
    } else if (auto* until = std::get_if<Until>(&*message)) {
      heard_.untils.push_back(*until);
      end_ = until->end;
    } else if (auto* stop = std::get_if<Stop>(&*message)) {
      heard_.stops.push_back(*stop);
      stopped_ = true;
    }
  }
  return !channel_.closed();
}

void FakeWorker::report(RunSecond from, RunSecond to, bool last) {
  Part part;
  part.sequence = ++sequence_;
  part.made_at = Clock::now() - start_;
  part.last = last;
  for (RunSecond second = from; second < to; ++second) {
    for (std::uint16_t group = 0; group < groups_; ++group) {
      SliceKey key;
      key.group = group;
      key.second = second;
      Slice& slice = part.slices[key];
      const std::uint64_t failing = script_.failing(group, second);
      slice.tally.scheduled = WorkerScript::kPerSecond;
      slice.tally.ended[static_cast<std::size_t>(Outcome::connect_refused)] = failing;
      slice.tally.ended[static_cast<std::size_t>(Outcome::ok)] = WorkerScript::kPerSecond - failing;
      Histogram latency;
      latency.record_us(script_.response_us, WorkerScript::kPerSecond - failing);
      slice[Measure::response_ok] = latency.sparse();
    }
  }
  channel_.send(std::move(part));
}

/// Looks every few milliseconds: it stands for a process of its own, on a clock of its own.
void FakeWorker::work() {
  RunSecond next = 0;
  while (receive()) {
    std::this_thread::sleep_for(5ms);
    const RunOffset now = started_ ? Clock::now() - start_ : -1s;
    if (stopped_ && !started_) break;
    const RunSecond due = std::max(0, run_second(std::min(now, end_)));
    if (due > next) {
      report(next, due, false);
      next = due;
    }
    if (script_.goes_away_at >= 0 && next > script_.goes_away_at) break;
    if (started_ && (stopped_ || now >= end_ || next >= script_.done_at)) {
      if (script_.last_part) report(0, 0, true);
      break;
    }
  }
  // Waits for the end of the other side, unless it is to go away; what is still said is heard.
  while (script_.goes_away_at < 0 && receive()) std::this_thread::sleep_for(5ms);
  channel_ = Channel();
}

}  // namespace loadgen
