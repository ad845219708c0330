#include "loadgen/analysis/trust.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "loadgen/analysis/blind.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/plan/first_due.h"

namespace loadgen {
namespace {

constexpr double kInvalidShare = 0.01, kWarningShare = 0.001;
constexpr std::int64_t kLeastLateUs = 1000;     // a shorter lag never makes a ticket late
constexpr std::int64_t kBlindAfterUs = 100000;  // later than that a ticket is blind, not late
// Groups are compared by lag only where p99 means something, and not below a tenth of what counts
// as late: two estimates of a 20 µs lag always differ.
constexpr std::uint64_t kLeastForLag = 1000;
constexpr double kLeastLagDifferenceUs = 100;
constexpr double kBusyCore = 0.9;
// Parts come each second, and are a moment on their way.
constexpr Duration kUntold = std::chrono::seconds(3);
// Clocks further apart than what makes a ticket blind put tickets into other seconds. A bound
// counts as the start's: a tenth of that.
constexpr Duration kClockApart = std::chrono::milliseconds(100);
constexpr Duration kClockUnsure = std::chrono::milliseconds(10);

/// The sum over all phases but warm-up, and but `without`.
Pool judged_pool(const MeasuredWorkload& workload,
                 std::optional<PhaseName> without = std::nullopt) {
  Pool sum;
  for (const MeasuredPhase& phase : workload.phases) {
    if (phase.span.name != PhaseName::warmup && phase.span.name != without) sum += phase.pool;
  }
  return sum;
}

/// The p99 of send lags with its sampling error: three standard errors of its rank to each side.
struct LagQuantile {
  double p99_us = 0, low_us = 0, high_us = 0;
};
LagQuantile lag_quantile(const Histogram& lag) {
  const double error = 3 * std::sqrt(0.99 * 0.01 / static_cast<double>(lag.total()));
  const auto at = [&](double q) {
    return static_cast<double>(lag.quantile_us(std::min(q, 1.0)).value_or(0));
  };
  return {at(0.99), at(0.99 - error), at(0.99 + error)};
}

std::uint64_t count(const Tally& tally, Outcome outcome) {
  return tally.ended[static_cast<std::size_t>(outcome)];
}

/// Tickets sent late, and those that were blind for a reason that counts.
std::uint64_t late_or_blind(const Pool& pool, std::int64_t late_us, bool tolerate_loss) {
  const Histogram& lag = pool[Measure::send_lag];
  const std::uint64_t late =
      lag.count_at_most(std::max(late_us, kBlindAfterUs)) - lag.count_at_most(late_us);
  std::uint64_t blind =
      count(pool.tally, Outcome::blind_late) + count(pool.tally, Outcome::blind_stalled);
  if (!tolerate_loss) blind += count(pool.tally, Outcome::blind_worker_lost);
  return late + blind;
}

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

/// Judged on the survivors while at least half of the share is left.
bool tolerated(const Run& run, std::size_t lost) {
  return run.scenario.distribution.tolerate_worker_loss && 2 * lost <= run.header.workers;
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

/// Workers whose process was replaced in the middle of the run: they finished, with a hole.
void judge_restarts(const Run& run, Trust& trust) {
  std::set<std::string> names;
  for (const Mark& mark : run.marks) {
    if (mark.kind == "worker_restarted") names.insert(mark.name);
  }
  if (names.empty()) return;
  std::string text = "workers started anew during the run, with what they lost blind:";
  for (const std::string& name : names) text += " " + name;
  const bool tolerated = run.scenario.distribution.tolerate_worker_loss;
  (tolerated ? trust.warnings : trust.reasons).push_back(text);
}

/// "; from 29 s on 31.2 % of all tickets are blind". Empty when those that are lost had nothing
/// left to tell.
std::string blind_share(const Run& run) {
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

void judge_workers(const Run& run, Trust& trust) {
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
      const double heard_s = to_seconds(worker.last_heard);
      const auto cpu_us = static_cast<double>(worker.cpu_user_us + worker.cpu_system_us);
      if (heard_s > 0) result.cpu = cpu_us / 1e6 / heard_s;
    }
    if (result.cpu > kBusyCore) {
      trust.warnings.push_back("worker " + std::to_string(id) + " used " +
                               in_words(result.cpu, Unit::fraction) +
                               " of a core: it may be the bottleneck");
    }
    trust.workers.push_back(result);
  }
  measure_start(run, trust);
  judge_restarts(run, trust);
  judge_untold(run, trust);
  if (lost.empty()) return;
  std::string text =
      std::to_string(lost.size()) + " of " + std::to_string(run.header.workers) + " workers lost:";
  for (const std::uint32_t id : lost) text += " " + std::to_string(id);
  text += blind_share(run);
  (tolerated(run, lost.size()) ? trust.warnings : trust.reasons).push_back(text);
}

void judge_lateness(const Measured& measured, Trust& trust) {
  const Scenario& scenario = measured.scenario();
  const bool tolerate = tolerated(*measured.run, lost_workers(*measured.run).size());
  Histogram lag;
  std::uint64_t late = 0, scheduled = 0;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    Pool both;
    for (std::size_t g = 0; g < scenario.groups.size(); ++g) {
      both += judged_pool(measured.at(g, w));
    }
    const std::int64_t median_us = both[Measure::response_ok].quantile_us(0.5).value_or(0);
    late += late_or_blind(both, std::max(kLeastLateUs, median_us / 20), tolerate);
    scheduled += both.tally.scheduled;
    lag += both[Measure::send_lag];
  }
  trust.send_lag = quantiles_of(lag);
  const auto share = share_of(late, scheduled);
  if (!share) {
    trust.reasons.push_back("no request fell due in any judged phase: nothing was measured");
    return;
  }
  trust.late_share = *share;
  if (*share <= kWarningShare) return;
  const std::string text = in_words(*share, Unit::fraction) +
                           " of the requests were sent late or lost by loadgen itself";
  (*share > kInvalidShare ? trust.reasons : trust.warnings).push_back(text);
}

/// The generator must be equally late for both groups, or it makes a difference of its own: by no
/// more than a tenth of the p99 margin, beyond what chance makes of two equal lags. The fault
/// window is left out: nothing is compared in it, and reconnecting takes its time.
void compare_lags(const Measured& measured, Trust& trust) {
  const Scenario& scenario = measured.scenario();
  if (scenario.control() == nullptr || scenario.experimental() == nullptr) return;
  const std::size_t control = scenario.group_index(scenario.control()->name);
  const std::size_t experimental = scenario.group_index(scenario.experimental()->name);
  const auto without =
      measured.requested ? std::optional<PhaseName>(PhaseName::during) : std::nullopt;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    const Pool base = judged_pool(measured.at(control, w), without);
    const Pool other = judged_pool(measured.at(experimental, w), without);
    const auto response_us = base[Measure::response_ok].quantile_us(0.99);
    const auto least = std::min(base[Measure::send_lag].total(), other[Measure::send_lag].total());
    if (!response_us || least < kLeastForLag) continue;
    const LagQuantile a = lag_quantile(base[Measure::send_lag]);
    const LagQuantile b = lag_quantile(other[Measure::send_lag]);
    const double margin = 0.1 * scenario.steady_state.margins.p99;
    const double allowed_us =
        std::max(kLeastLagDifferenceUs, margin * static_cast<double>(*response_us));
    if (std::max(a.low_us - b.high_us, b.low_us - a.high_us) <= allowed_us) continue;
    trust.reasons.push_back("the groups' send lags differ in " + scenario.workloads[w].name +
                            ": p99 " + in_words(a.p99_us / 1e6, Unit::seconds) + " in control, " +
                            in_words(b.p99_us / 1e6, Unit::seconds) + " in experimental");
  }
}

const Mark* find_mark(const Run& run, std::string_view kind, const std::string& fault) {
  for (const Mark& mark : run.marks) {
    if (mark.kind == kind && mark.name == fault) return &mark;
  }
  return nullptr;
}

std::string detail_of(const Mark* mark) {
  return mark == nullptr || mark->detail.empty() ? "" : ": " + mark->detail;
}

void judge_faults(const Run& run, Trust& trust) {
  for (const Fault& fault : run.scenario.faults) {
    if (const Mark* mark = find_mark(run, "not_injected", fault.name)) {
      trust.reasons.push_back("the fault " + fault.name + " was not injected" + detail_of(mark));
      continue;
    }
    if (find_mark(run, "requested", fault.name) == nullptr) continue;
    const Mark* unconfirmed = find_mark(run, "not_confirmed", fault.name);
    const bool confirmed = find_mark(run, "confirmed", fault.name) != nullptr;
    if (unconfirmed != nullptr || (!fault.confirm.empty() && !confirmed)) {
      trust.reasons.push_back("the fault " + fault.name + " was not confirmed to take effect" +
                              detail_of(unconfirmed));
    }
    if (find_mark(run, "reverted", fault.name) != nullptr) continue;
    if (const Mark* mark = find_mark(run, "not_reverted", fault.name)) {
      trust.warnings.push_back("the fault " + fault.name + " could not be reverted" +
                               detail_of(mark));
    } else if (!fault.revert.empty()) {
      trust.warnings.push_back("the fault " + fault.name +
                               " may still be applied: `loadgen revert` lifts it");
    }
  }
}

}  // namespace

Trust trust_of(const Measured& measured) {
  const Run& run = *measured.run;
  Trust trust;
  judge_faults(run, trust);
  judge_workers(run, trust);
  judge_lateness(measured, trust);
  compare_lags(measured, trust);
  trust.blind = blind_stretches(run);
  if (!run.end) {
    const RunOffset at = last_heard(run).value_or(run.last);
    trust.warnings.push_back("loadgen ended early at " + in_words(to_seconds(at), Unit::seconds) +
                             ": the journal has no end");
  }
  if (run.torn_bytes > 0) {
    trust.warnings.push_back(std::to_string(run.torn_bytes) +
                             " bytes at the journal's end were torn and left out");
  }
  trust.valid = trust.reasons.empty();
  return trust;
}

std::optional<std::string> shared_disturbance(const Measured& measured) {
  const Scenario& scenario = measured.scenario();
  if (scenario.control() == nullptr || scenario.experimental() == nullptr) return std::nullopt;
  const std::size_t control = scenario.group_index(scenario.control()->name);
  const std::size_t experimental = scenario.group_index(scenario.experimental()->name);
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    const auto& base = measured.at(control, w).recovery;
    const auto& other = measured.at(experimental, w).recovery;
    if (!base || !other) continue;
    for (const Episode& a : base->episodes) {
      for (const Episode& b : other->episodes) {
        if (std::chrono::abs(a.onset - b.onset) > std::chrono::seconds{5}) continue;
        return "control was disturbed, too, in " + scenario.workloads[w].name + ": at " +
               in_words(to_seconds(a.onset), Unit::seconds) + " of the run, experimental at " +
               in_words(to_seconds(b.onset), Unit::seconds);
      }
    }
  }
  return std::nullopt;
}

}  // namespace loadgen
