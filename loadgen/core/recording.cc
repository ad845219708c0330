#include "loadgen/core/recording.h"

#include <algorithm>

#include "loadgen/core/assert.h"

namespace loadgen {
namespace {

RunOffset earlier_send(RunOffset a, RunOffset b) {
  if (a == Tally::kNever) return b;
  if (b == Tally::kNever) return a;
  return std::min(a, b);
}

}  // namespace

Recording& Recording::operator+=(const Part& part) {
  for (const auto& [key, slice] : part.slices) slices[key] += slice;
  samples.insert(samples.end(), part.samples.begin(), part.samples.end());
  for (const auto& [connection, stream] : part.ledger) {
    LedgerStream& mine = ledger[{part.worker, connection}];
    mine.group = stream.group;
    mine.workload = stream.workload;
    for (const auto& [place, range] : stream.ranges.ranges()) LG_ASSERT(mine.ranges.add(range));
  }
  probe_answers.insert(probe_answers.end(), part.probe_answers.begin(), part.probe_answers.end());
  probe_attempts.insert(probe_attempts.end(), part.probe_attempts.begin(),
                        part.probe_attempts.end());
  Worker& worker = workers[part.worker];
  // The default is no moment at which anything was heard, so the first part replaces it.
  worker.last_heard = worker.parts == 0 ? part.made_at : std::max(worker.last_heard, part.made_at);
  worker.parts += 1;
  worker.cpu_user_us += part.cpu_user_us;
  worker.cpu_system_us += part.cpu_system_us;
  worker.cpu_throttled_us += part.cpu_throttled_us;
  worker.cpu_stolen_us += part.cpu_stolen_us;
  worker.first_send = earlier_send(worker.first_send, part.first_send);
  worker.finished = worker.finished || part.last;
  return *this;
}

std::int64_t Recording::open() const {
  std::int64_t sum = 0;
  for (const auto& [key, slice] : slices) sum += slice.tally.open();
  return sum;
}

void Recording::close_open(RunOffset last) {
  for (auto& [key, slice] : slices) {
    const std::int64_t open = slice.tally.open();
    LG_ASSERT(open >= 0);
    if (open == 0) continue;
    const RunOffset intended = std::chrono::seconds{key.second};
    const auto tickets = static_cast<std::uint64_t>(open);
    Histogram ages{slice[Measure::unfinished_age]};
    ages.record_us(whole_us(std::max(last - intended, Duration{0})), tickets);
    slice[Measure::unfinished_age] = ages.sparse();
    slice.tally.ended[static_cast<std::size_t>(Outcome::unfinished)] += tickets;
    slice.tally.note_not_ok(intended);
  }
}

namespace {

/// Of the part's ledger; empty when all is well.
std::string told_twice(const Part& part, const Recording& so_far) {
  for (const auto& [connection, stream] : part.ledger) {
    const auto before = so_far.ledger.find({part.worker, connection});
    if (before == so_far.ledger.end()) continue;
    const LedgerStream& mine = before->second;
    const bool moved = mine.group != stream.group || mine.workload != stream.workload;
    const auto& ranges = stream.ranges.ranges();
    const bool twice = std::any_of(ranges.begin(), ranges.end(), [&](const auto& entry) {
      return mine.ranges.overlaps(entry.second);
    });
    if (!moved && !twice) continue;
    return "part " + std::to_string(part.sequence) + " of worker " + std::to_string(part.worker) +
           (moved ? " gives another workload's ledger"
                  : " tells of the same rows of the ledger twice") +
           " for connection " + std::to_string(connection);
  }
  return {};
}

}  // namespace

std::string imbalance(const Part& part, const Recording& so_far) {
  for (const auto& [key, slice] : part.slices) {
    const auto before = so_far.slices.find(key);
    const std::int64_t open_before =
        before == so_far.slices.end() ? 0 : before->second.tally.open();
    const std::int64_t open = open_before + slice.tally.open();
    if (open >= 0) continue;
    return "part " + std::to_string(part.sequence) + " of worker " + std::to_string(part.worker) +
           " ends " + std::to_string(-open) + " more tickets than fell due in second " +
           std::to_string(key.second) + " of group " + std::to_string(key.group) + ", workload " +
           std::to_string(key.workload) + ", operation " + std::to_string(key.operation);
  }
  return told_twice(part, so_far);
}

}  // namespace loadgen
