#include "loadgen/core/recorder.h"

#include <utility>

#include "loadgen/core/assert.h"

namespace loadgen {
namespace {

constexpr int kSamplesPerSecond = 5;

// Leaves the cell empty, its pages ready for the next second.
Slice drain(Cell& cell) {
  Slice slice;
  slice.tally = std::exchange(cell.tally, {});
  for (std::size_t m = 0; m < kMeasures; ++m) {
    slice.histograms[m] = cell.histograms[m].sparse();
    cell.histograms[m].clear();
  }
  for (std::size_t place = 0; place < cell.statements.size(); ++place) {
    Cell::StatementAtWork& at_work = cell.statements[place];
    Statement statement{std::exchange(at_work.failed, 0), std::exchange(at_work.retried, 0),
                        at_work.took.sparse()};
    at_work.took.clear();
    if (statement == Statement{}) continue;
    slice.statements.emplace(static_cast<std::uint16_t>(place), std::move(statement));
  }
  return slice;
}

}  // namespace

Cell& Recorder::find_cell(const SliceKey& key) {
  std::unique_ptr<Cell>& cell = cells_[key];
  if (!cell) {
    if (spare_.empty()) {
      cell = std::make_unique<Cell>();
    } else {
      cell = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  remembered_[slot_of(key)] = {key, cell.get()};
  return *cell;
}

bool Recorder::wants_sample(const SliceKey& key, Outcome outcome) const {
  int kept = 0;
  for (const ErrorSample& sample : samples_) {
    kept += sample.key.group == key.group && sample.key.workload == key.workload &&
            sample.outcome == outcome;
  }
  return kept < kSamplesPerSecond;
}

void Recorder::add_sample(ErrorSample sample) {
  if (wants_sample(sample.key, sample.outcome)) samples_.push_back(std::move(sample));
}

std::uint32_t Recorder::open_ledger(std::uint16_t group, std::uint16_t workload) {
  ledger_.push_back({group, workload, {}});
  return first_connection_ + static_cast<std::uint32_t>(ledger_.size() - 1);
}

void Recorder::note_ledger(std::uint32_t connection, const LedgerRange& one) {
  std::vector<LedgerRange>& ranges = ledger_[connection - first_connection_].ranges;
  if (ranges.empty() || !ranges.back().extend(one)) ranges.push_back(one);
}

Part Recorder::take_part(RunOffset now, bool last) {
  Part part;
  part.worker = worker_;
  part.sequence = ++sequence_;
  part.made_at = now;
  part.last = last;
  for (auto& [key, cell] : cells_) {
    Slice slice = drain(*cell);
    spare_.push_back(std::move(cell));
    if (slice == Slice{}) continue;
    if (const std::int64_t change = slice.tally.open(); change != 0) {
      const auto open = open_.try_emplace(key, 0).first;
      open->second += change;
      LG_ASSERT(open->second >= 0);
      if (open->second == 0) open_.erase(open);
    }
    part.slices.emplace(key, std::move(slice));
  }
  LG_ASSERT(!last || open_.empty());
  cells_.clear();
  remembered_ = {};
  part.samples = std::exchange(samples_, {});
  for (std::uint32_t connection = 0; connection < ledger_.size(); ++connection) {
    LedgerAtWork& at_work = ledger_[connection];
    if (at_work.ranges.empty()) continue;
    LedgerStream& stream = part.ledger[first_connection_ + connection];
    stream.group = at_work.group;
    stream.workload = at_work.workload;
    for (const LedgerRange& range : at_work.ranges) LG_ASSERT(stream.ranges.add(range));
    at_work.ranges.clear();
  }
  part.probe_answers = std::exchange(probe_answers_, {});
  part.probe_attempts = std::exchange(probe_attempts_, {});
  return part;
}

}  // namespace loadgen
