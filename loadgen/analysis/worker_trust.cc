#include "loadgen/analysis/worker_trust.h"

#include <algorithm>
#include <set>

#include "loadgen/analysis/generator.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/plan/first_due.h"

namespace loadgen {
namespace {

constexpr auto kMissed = static_cast<std::size_t>(Outcome::blind_worker_lost);
// Half, and a ticket here and there: shares are not all of the same size.
constexpr double kMostMissed = 0.51;
// Parts come each second, and are a moment on their way.
constexpr Duration kUntold = std::chrono::seconds(3);
// Clocks further apart than what makes a ticket blind put tickets into other seconds. A bound
// counts as the start's: a tenth of that.
constexpr Duration kClockApart = std::chrono::milliseconds(100);
constexpr Duration kClockUnsure = std::chrono::milliseconds(10);

std::set<std::uint32_t> lost_workers(const Run& run) {
  std::set<std::uint32_t> lost;
  for (std::uint32_t id = 0; id < run.header.workers; ++id) {
    const auto worker = run.recording.workers.find(id);
    const bool finished = worker != run.recording.workers.end() && worker->second.finished;
    bool marked = false;  // one that came back delivered what it had kept
    for (const Mark& mark : run.marks) {
      if (mark.name != std::to_string(id)) continue;
      if (mark.kind == "worker_lost") marked = true;
      if (mark.kind == "worker_back") marked = false;
    }
    if (marked || (run.end && !finished)) lost.insert(id);
  }
  return lost;
}

/// The greatest share of a judged phase's tickets, of any group and workload, that no worker was
/// there for.
double most_missed(const Measured& measured) {
  double most = 0;
  for (const MeasuredWorkload& workload : measured.workloads) {
    for (const MeasuredPhase& phase : workload.phases) {
      if (phase.span.name == PhaseName::warmup) continue;
      const Tally& tally = phase.pool.tally;
      most = std::max(most, share_of(tally.ended[kMissed], tally.scheduled).value_or(0));
    }
  }
  return most;
}

/// Judged on the survivors while at least half of the share is left.
bool tolerated(const Measured& measured, std::size_t lost) {
  const Run& run = *measured.run;
  return run.scenario.distribution.tolerate_worker_loss && 2 * lost <= run.header.workers &&
         most_missed(measured) <= kMostMissed;
}

/// A worker elsewhere has a clock of its own: by as much as that moved, its seconds are others.
void note_clock(const Run& run, std::uint32_t id, WorkerResult& result, Trust& trust) {
  const auto found = run.workers.find(id);
  if (found == run.workers.end()) return;
  const WorkerRecord& record = found->second;
  result.version = record.version;
  result.clock_offset_us = whole_us(record.clock_offset);
  result.clock_bound_us = whole_us(record.clock_bound);
  const std::string clock = "the clock of worker " + std::to_string(id) + " (" + record.host + ") ";
  const auto apart = [](Duration d) {
    return in_words(to_seconds(std::chrono::abs(d)), Unit::seconds);
  };
  if (record.clock_moved != Duration{0}) {
    const bool much = std::chrono::abs(record.clock_moved) > kClockApart;
    (much ? trust.reasons : trust.warnings)
        .push_back(clock + "moved by " + apart(record.clock_moved) +
                   " against the coordinator's during the run");
  }
  if (record.clock_bound > kClockUnsure)
    trust.warnings.push_back(clock + "is known within " + apart(record.clock_bound) + " only");
}

/// Each worker's first send is late by what it was later than due; workers that start together are
/// equally late.
void measure_start(const Run& run, Trust& trust) {
  std::optional<Duration> least, greatest;
  for (const auto& [id, worker] : run.recording.workers) {
    if (worker.first_send == Tally::kNever || id >= run.header.workers) continue;
    const auto due = first_due(run.scenario, run.header.seed, {id, run.header.workers});
    if (!due) return;
    const Duration late = worker.first_send - *due;
    least = std::min(least.value_or(late), late);
    greatest = std::max(greatest.value_or(late), late);
  }
  if (run.recording.workers.size() > 1 && least)
    trust.start_spread_us = whole_us(*greatest - *least);
}

/// Where the coordinator did not come to the run's end, what a worker sent after its last part here
/// is in no count, not even in a blind one.
void judge_untold(const Run& run, Trust& trust) {
  if (run.end) return;
  for (std::uint32_t id = 0; id < run.header.workers; ++id) {
    const auto found = run.recording.workers.find(id);
    const bool known = found != run.recording.workers.end();
    if (known && found->second.finished) continue;
    const RunOffset heard = known ? found->second.last_heard : RunOffset{0};
    if (run.last - heard <= kUntold) continue;
    trust.reasons.push_back(
        "what worker " + std::to_string(id) + " sent " +
        (known ? "after " + in_words(to_seconds(heard), Unit::seconds) + " " : std::string()) +
        "is not told here: its spool is missing");
  }
}

/// "; from 29 s on 31.2 % of all tickets are blind". Empty when no worker missed any.
std::string missed_share(const Run& run) {
  std::optional<RunSecond> from;
  std::uint64_t blind = 0, scheduled = 0;
  for (const auto& [key, tickets] : run.blind) {
    if (key.reason != Outcome::blind_worker_lost) continue;
    from = std::min(from.value_or(key.second), key.second);
    blind += tickets;
  }
  if (!from) return "";
  for (const auto& [key, slice] : run.recording.slices) {
    if (key.second >= *from) scheduled += slice.tally.scheduled;
  }
  return "; from " + in_words(*from, Unit::seconds) + " on " +
         in_words(static_cast<double>(blind) / static_cast<double>(scheduled), Unit::fraction) +
         " of all tickets are blind";
}

/// Workers whose process was replaced in the middle of the run: they finished, with a hole.
std::set<std::uint32_t> restarted_workers(const Run& run) {
  std::set<std::uint32_t> restarted;
  for (std::uint32_t id = 0; id < run.header.workers; ++id) {
    for (const Mark& mark : run.marks) {
      if (mark.kind == "worker_restarted" && mark.name == std::to_string(id)) restarted.insert(id);
    }
  }
  return restarted;
}

std::string listed(const std::set<std::uint32_t>& ids) {
  std::string text;
  for (const std::uint32_t id : ids) text += " " + std::to_string(id);
  return text;
}

/// What workers did not send, whether lost, replaced, or out of reach while the plan's end moved.
void judge_missed(const Measured& measured, const std::set<std::uint32_t>& lost, Trust& trust) {
  const Run& run = *measured.run;
  const std::set<std::uint32_t> restarted = restarted_workers(run);
  const std::string share = missed_share(run);
  std::string text;
  if (!lost.empty()) {
    text = std::to_string(lost.size()) + " of " + std::to_string(run.header.workers) +
           " workers lost:" + listed(lost);
  }
  if (!restarted.empty()) {
    text += (text.empty() ? "" : "; ") + std::string("workers started anew during the run:") +
            listed(restarted);
  }
  if (text.empty() && !share.empty())
    text = "workers were out of reach while the plan went on without them";
  if (text.empty()) return;
  text += share;
  if (!lost.empty()) text += "; their own output tells why";
  (tolerated(measured, lost.size()) ? trust.warnings : trust.reasons).push_back(text);
}

}  // namespace

void judge_workers(const Measured& measured, Trust& trust) {
  const Run& run = *measured.run;
  const std::set<std::uint32_t> lost = lost_workers(run);
  std::set<std::uint32_t> ids;
  for (std::uint32_t id = 0; id < run.header.workers; ++id) ids.insert(id);
  for (const auto& [id, worker] : run.recording.workers) ids.insert(id);
  for (const std::uint32_t id : ids) {
    WorkerResult result;
    result.id = id;
    result.lost = lost.count(id) > 0;
    result.version = run.header.tool_version;
    note_clock(run, id, result, trust);
    const auto found = run.recording.workers.find(id);
    if (found != run.recording.workers.end()) {
      const Recording::Worker& worker = found->second;
      if (worker.first_send != Tally::kNever) result.first_send_us = whole_us(worker.first_send);
      fill_cpu(worker, result);
    }
    trust.workers.push_back(result);
  }
  measure_start(run, trust);
  judge_missed(measured, lost, trust);
  judge_untold(run, trust);
}

}  // namespace loadgen
