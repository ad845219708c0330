#include "loadgen/analysis/ledger_check.h"

#include <algorithm>
#include <tuple>

#include "loadgen/core/assert.h"
#include "loadgen/core/journal.h"

namespace loadgen {
namespace {

/// The places of rows as a range sees them.
using Place = std::tuple<LedgerKey, std::uint32_t, std::uint64_t>;

Place place_of(const LedgerRow& row) { return {row.of, row.attempt, row.sequence}; }

}  // namespace

LedgerCheck::LedgerCheck(const Run& run, std::uint16_t group) : run_(run), group_(group) {
  for (const auto& [key, stream] : run.recording.ledger) {
    if (stream.group != group) continue;
    for (const auto& [place, range] : stream.ranges.ranges())
      expected_.push_back({key, &range, stream.workload});
  }
  for (std::uint16_t w = 0; w < run.scenario.workloads.size(); ++w) {
    if (run.scenario.workloads[w].pgbench.audit) reading(w);
  }
  LG_ASSERT(!found_.workloads.empty());
  if (!expected_.empty()) next_ = expected_.front().range->first;
}

void LedgerCheck::present(const Expected& expected) {
  LedgerCounts& counts = reading(expected.workload).counts;
  switch (expected.range->fate) {
    case LedgerFate::acknowledged:
      counts.acknowledged_present += 1;
      return;
    case LedgerFate::weak:
      counts.weak_present += 1;
      return;
    case LedgerFate::in_doubt:
      counts.in_doubt_present += 1;
      return;
    case LedgerFate::failed:
      counts.phantoms += 1;
      return;
  }
}

/// None of [first, last] of a range is there.
void LedgerCheck::absent(const Expected& expected, std::uint64_t first, std::uint64_t last) {
  if (first > last) return;
  LedgerReading& of = reading(expected.workload);
  const std::uint64_t rows = last - first + 1;
  switch (expected.range->fate) {
    case LedgerFate::weak:
      of.counts.weak_absent += rows;
      return;
    case LedgerFate::in_doubt:
      of.counts.in_doubt_absent += rows;
      return;
    case LedgerFate::failed:
      of.counts.failed_absent += rows;
      return;
    case LedgerFate::acknowledged:
      break;
  }
  const LedgerRange& range = *expected.range;
  of.lost_from = of.counts.lost == 0 ? range.from : std::min(of.lost_from, range.from);
  of.lost_to = of.counts.lost == 0 ? range.to : std::max(of.lost_to, range.to);
  of.counts.lost += rows;
  if (++kept_ > kMostKept) return;
  of.lost.push_back({expected.of, {first, last, range.attempt, range.fate, range.from, range.to}});
}

/// Settles all that comes before `row`.
void LedgerCheck::close_before(const LedgerRow& row) {
  while (at_ < expected_.size()) {
    const Expected& here = expected_[at_];
    if (Place(here.of, here.range->attempt, here.range->last) >= place_of(row)) return;
    absent(here, next_, here.range->last);
    if (++at_ < expected_.size()) next_ = expected_[at_].range->first;
  }
}

void LedgerCheck::row(const LedgerRow& row) {
  ++found_.rows;
  if (last_ == row) {
    reading(last_workload_).counts.duplicates += 1;
    return;
  }
  last_ = row;
  close_before(row);
  const bool known =
      at_ < expected_.size() && Place(expected_[at_].of, expected_[at_].range->attempt,
                                      expected_[at_].range->first) <= place_of(row);
  if (!known) return stray(row);
  const Expected& here = expected_[at_];
  last_workload_ = here.workload;
  absent(here, next_, row.sequence - 1);
  present(here);
  next_ = row.sequence + 1;
}

/// No client tells of this row.
void LedgerCheck::stray(const LedgerRow& row) {
  const auto stream = run_.recording.ledger.find(row.of);
  if (stream != run_.recording.ledger.end() && stream->second.group != group_) {
    --found_.rows;
    last_.reset();  // were it to come again, it would not be ours either
    return;
  }
  // Of a connection that nobody knows not even the workload is known.
  last_workload_ = stream != run_.recording.ledger.end() ? stream->second.workload
                                                         : found_.workloads.begin()->first;
  const bool told = row.of.worker >= run_.header.workers || has_finished(run_, row.of.worker);
  LedgerCounts& counts = reading(last_workload_).counts;
  (told ? counts.unexpected : counts.unreported) += 1;
}

void LedgerCheck::garbled() {
  ++found_.rows;
  found_.workloads.begin()->second.counts.unexpected += 1;
}

LedgerCheck::Found LedgerCheck::finish() {
  for (; at_ < expected_.size(); ++at_) {
    absent(expected_[at_], next_, expected_[at_].range->last);
    if (at_ + 1 < expected_.size()) next_ = expected_[at_ + 1].range->first;
  }
  return std::move(found_);
}

namespace {

/// The lost ranges of all workloads, by connection, while the journal tells when they were due.
class LostDates {
 public:
  explicit LostDates(std::map<std::uint16_t, LedgerReading>& found) {
    for (auto& [workload, reading] : found) {
      for (LostRange& lost : reading.lost) by_connection_[lost.of].push_back({&lost, false});
    }
  }

  void take(const Part& part) {
    for (const auto& [connection, stream] : part.ledger) {
      const auto found = by_connection_.find({part.worker, connection});
      if (found == by_connection_.end()) continue;
      for (const auto& [place, range] : stream.ranges.ranges()) narrow(found->second, range);
    }
  }

 private:
  struct Dated {
    LostRange* lost;
    bool told;
  };

  static void narrow(std::vector<Dated>& all, const LedgerRange& part) {
    // They ascend by attempt and number, as ranges do.
    auto at = std::lower_bound(all.begin(), all.end(), part, [](const Dated& d, const auto& p) {
      const LedgerRange& lost = d.lost->range;
      return std::pair(lost.attempt, lost.last) < std::pair(p.attempt, p.first);
    });
    for (; at != all.end(); ++at) {
      LedgerRange& lost = at->lost->range;
      if (lost.attempt != part.attempt || lost.first > part.last) return;
      lost.from = at->told ? std::min(lost.from, part.from) : part.from;
      lost.to = at->told ? std::max(lost.to, part.to) : part.to;
      at->told = true;
    }
  }

  std::map<LedgerKey, std::vector<Dated>> by_connection_;
};

}  // namespace

void date_lost(const std::filesystem::path& journal,
               std::map<std::uint16_t, LedgerReading>& found) {
  LostDates dates(found);
  read_journal(journal, [&](RecordKind kind, std::string_view body) {
    if (kind == RecordKind::part) dates.take(decode_part(body));
  });
  for (auto& [workload, reading] : found) {
    std::vector<LostRange>& lost = reading.lost;
    if (lost.empty()) continue;
    std::sort(lost.begin(), lost.end(), [](const LostRange& a, const LostRange& b) {
      return std::tuple(a.range.from, a.of, a.range.attempt, a.range.first) <
             std::tuple(b.range.from, b.of, b.range.attempt, b.range.first);
    });
    std::uint64_t kept = 0;
    RunOffset to = lost.front().range.to;
    for (const LostRange& each : lost) {
      kept += each.range.size();
      to = std::max(to, each.range.to);
    }
    if (kept == reading.counts.lost) {  // else those that were not kept reach further
      reading.lost_from = lost.front().range.from;
      reading.lost_to = to;
    }
    if (lost.size() > LedgerReading::kMostRanges) lost.resize(LedgerReading::kMostRanges);
  }
}

}  // namespace loadgen
