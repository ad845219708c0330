#include "loadgen/analysis/merge.h"

#include <algorithm>
#include <set>
#include <utility>

#include "loadgen/analysis/lost_share.h"
#include "loadgen/core/error.h"
#include "loadgen/core/journal.h"

namespace loadgen {
namespace {

/// What one share reported, over all files.
struct Share {
  std::map<std::uint64_t, Part> parts;  // by sequence number
  std::optional<Part> adjustment;
  std::size_t parts_then = 0;  // in the file that holds the adjustment
};

/// Takes files one after the other.
class Merger {
 public:
  void take(const std::filesystem::path& file) {
    std::map<std::uint32_t, std::size_t> parts;  // of this file
    std::optional<RunHeader> header;
    const JournalEnd end = read_journal(file, [&](RecordKind kind, std::string_view body) {
      try {
        if (kind == RecordKind::header) header = decode_header(body);
        take(kind, body, parts);
      } catch (const std::runtime_error& malformed) {
        throw UserError(file.string() + ": " + malformed.what());
      }
    });
    run_.torn_bytes += end.torn_bytes;
    if (!header) throw UserError(file.string() + ": it holds no header");
    if (!run_.header.run_id.empty() && run_.header.run_id != header->run_id) {
      throw UserError(file.string() + " is of run " + header->run_id + ", another one of run " +
                      run_.header.run_id + "; they can't be merged");
    }
    run_.header = std::move(*header);
  }

  Run finish() {
    run_.scenario = scenario_of(run_.header);
    std::stable_sort(run_.marks.begin(), run_.marks.end(),
                     [](const Mark& a, const Mark& b) { return a.at < b.at; });
    for (auto& [number, share] : shares_) add(number, share);
    if (!run_.end) complete_phases();
    if (run_.recording.open() > 0) run_.recording.close_open(last_heard(run_).value_or(run_.last));
    return std::move(run_);
  }

 private:
  void take(RecordKind kind, std::string_view body, std::map<std::uint32_t, std::size_t>& parts) {
    switch (kind) {
      case RecordKind::header:
        return;
      case RecordKind::part: {
        Part part = decode_part(body);
        parts[part.worker] += 1;
        reach(part.made_at);
        shares_[part.worker].parts.emplace(part.sequence, std::move(part));
        return;
      }
      case RecordKind::adjustment: {
        Part part = decode_part(body);
        Share& share = shares_[part.worker];
        share.parts_then = parts[part.worker];
        share.adjustment = std::move(part);
        return;
      }
      case RecordKind::mark:
        if (known_.emplace(body).second) run_.marks.push_back(decode_mark(body));
        return reach(decode_mark(body).at);
      case RecordKind::hook:
        if (known_.emplace(body).second) run_.hooks.push_back(decode_hook(body));
        return;
      case RecordKind::observation:
        if (known_.emplace(body).second) run_.observations.push_back(decode_observation(body));
        return;
      case RecordKind::server_sample:
        if (known_.emplace(body).second) run_.server_samples.push_back(decode_server_sample(body));
        return;
      case RecordKind::audit:
        if (known_.emplace(body).second) run_.audits.push_back(decode_ledger_audit(body));
        return;
      case RecordKind::worker: {
        const WorkerRecord record = decode_worker(body);
        run_.workers[record.worker] = record;
        return;
      }
      case RecordKind::end:
        run_.end = decode_end(body);
        return reach(run_.end->at);
    }
    throw std::runtime_error("unknown kind of record " + std::to_string(static_cast<int>(kind)));
  }

  void reach(RunOffset at) { run_.last = std::max(run_.last, at); }

  void add(std::uint32_t number, Share& share) {
    Recording reported;
    std::uint64_t next = 1;
    for (const auto& [sequence, part] : share.parts) {
      if (sequence != next) break;  // what lies beyond a gap ends tickets that nobody knows
      ++next;
      if (const std::string wrong = add_part(run_, part); !wrong.empty()) throw UserError(wrong);
      reported += part;
    }
    if (!share.adjustment) return;
    const Part adjustment =
        next - 1 > share.parts_then ? settle_anew(number, share, reported) : *share.adjustment;
    if (const std::string wrong = add_part(run_, adjustment); !wrong.empty())
      throw UserError(wrong);
  }

  /// Of what fell due the settlement then knew all; the parts since then tell what became of it.
  static Part settle_anew(std::uint32_t number, const Share& share, const Recording& reported) {
    std::map<SliceKey, std::uint64_t> due;
    std::size_t left = share.parts_then;
    for (const auto& [sequence, part] : share.parts) {
      if (left-- == 0) break;
      for (const auto& [key, slice] : part.slices) due[key] += slice.tally.scheduled;
    }
    for (const auto& [key, slice] : share.adjustment->slices) due[key] += slice.tally.scheduled;
    return settle_share(number, reported, due);
  }

  /// Marks edges that nobody was there to mark.
  void complete_phases() {
    const Phases& phases = run_.scenario.phases;
    const std::pair<const char*, Duration> planned[] = {
        {"warmup", phases.warmup},
        {"before", phases.before + std::chrono::seconds(gate_extension(run_.marks))},
        {"during", phases.during},
        {"after", phases.after}};
    const auto mark_of = [&](std::string_view phase) {
      return std::find_if(run_.marks.begin(), run_.marks.end(), [&](const Mark& mark) {
        return mark.kind == "phase" && mark.name == phase;
      });
    };
    std::size_t next = 0;  // after the last one that is known
    RunOffset edge{0};
    for (std::size_t i = 0; i < std::size(planned); ++i) {
      const auto known = mark_of(planned[i].first);
      if (known == run_.marks.end()) continue;
      edge = known->at + planned[i].second;
      next = i + 1;
    }
    for (; next < std::size(planned) && edge < run_.last; ++next) {
      const auto& [name, length] = planned[next];
      if (length == Duration{0}) continue;
      run_.marks.push_back({edge, "phase", name, "", "as planned: the coordinator was away"});
      edge += length;
    }
  }

  Run run_;
  std::map<std::uint32_t, Share> shares_;
  std::set<std::string> known_;  // records that count once
};

}  // namespace

Run read_merged(const std::vector<std::filesystem::path>& files) {
  Merger merger;
  for (const std::filesystem::path& file : files) merger.take(file);
  return merger.finish();
}

}  // namespace loadgen
