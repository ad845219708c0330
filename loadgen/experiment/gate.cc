#include "loadgen/experiment/gate.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <utility>

#include "loadgen/analysis/run.h"
#include "loadgen/experiment/fault.h"

namespace loadgen {

namespace asio = boost::asio;

namespace {

/// When `before` is judged, ahead of its end: late enough for the part of the last second but one
/// to have arrived, early enough for faults to begin in time.
constexpr Duration kJudgeLead = std::chrono::milliseconds(700);

bool refuted(const CheckResult& check) { return check.result == "refuted"; }

bool any_refuted(const GateJudgement& judgement) {
  return std::any_of(judgement.checks.begin(), judgement.checks.end(), refuted);
}

bool unsteady(const GateJudgement& judgement) {
  return judgement.steadiness.outcome == "not steady";
}

}  // namespace

GateStep gate_step(const GateJudgement& judgement, RunSecond planned, RunSecond now,
                   bool inject_when_unsteady) {
  if (!any_refuted(judgement) && !unsteady(judgement)) return GateStep::pass;
  if (next_extension(planned, now)) return GateStep::extend;
  return inject_when_unsteady ? GateStep::inject_anyway : GateStep::refuse;
}

std::string told(const GateJudgement& judgement) {
  const bool bad = any_refuted(judgement) || unsteady(judgement);
  std::string text;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
  for (const CheckResult& check : judgement.checks) {
    if (bad && !refuted(check)) continue;
    std::string of = check.id + ": " + check.expression + " " + check.result + " in " + check.group;
    if (!check.workload.empty()) of += ", " + check.workload;
    if (!check.observed_text.empty()) of += ": " + check.observed_text;
    add(of);
  }
  // A pass tells, too, that steadiness could not be shown.
  if (judgement.steadiness.outcome != "steady") {
    for (const std::string& reason : judgement.steadiness.reasons) add(reason);
  }
  return text;
}

std::string advice(const GateJudgement& judgement, RunSecond warmup, RunSecond now) {
  if (!unsteady(judgement)) return {};
  const auto seconds = [](RunSecond s) { return std::to_string(s) + " s"; };
  return "if this levels out at all, a `warmup` of " + seconds(warmup + now) + " (so far " +
         seconds(warmup) + ") leaves it behind";
}

RunSecond judged_until(const Recording& recording, RunSecond from, RunSecond to) {
  const auto open_in = [&](RunSecond second) {
    return std::any_of(recording.slices.begin(), recording.slices.end(), [&](const auto& entry) {
      return entry.first.second == second && entry.second.tally.open() > 0;
    });
  };
  const RunSecond least = std::max(from, to - 2);
  while (to > least && open_in(to - 1)) --to;
  return to;
}

namespace {

/// Reads the whole journal: a matter of seconds for a long run, so it has a thread of its own.
asio::awaitable<GateJudgement> judge(std::filesystem::path journal, RunSecond from, RunSecond to) {
  const Run so_far = read_run(journal, false);
  co_return judge_gate(so_far, from, judged_until(so_far.recording, from, to));
}

asio::awaitable<GateJudgement> judge_beside(LiveRun& run) {
  asio::thread_pool thread(1);
  std::filesystem::path journal = run.coordinator.journal_path();
  const RunSecond to = std::min(run.coordinator.live().newest() + 1, run.timeline.during);
  GateJudgement judgement = co_await asio::co_spawn(
      thread, judge(journal, run.timeline.before, std::max(to, run.timeline.before)),
      asio::use_awaitable);
  co_return judgement;
}

void mark_gate(LiveRun& run, const char* name, std::string detail) {
  Mark mark;
  mark.at = run.coordinator.now();
  mark.kind = "gate";
  mark.name = name;
  mark.detail = std::move(detail);
  run.mark(std::move(mark));
}

/// The edge must lie far enough ahead to begin the faults in time.
void settle_edge(LiveRun& run) {
  const RunSecond earliest = next_second(run.coordinator.now() + kFaultLead);
  if (run.timeline.during >= earliest) return;
  run.timeline.move_during(earliest);
  run.tell_until();
}

std::string with_advice(const GateJudgement& judgement, const Timeline& timeline) {
  const std::string more = advice(judgement, timeline.before, timeline.during - timeline.before);
  return told(judgement) + (more.empty() ? "" : "; " + more);
}

bool has_gate(const Scenario& scenario) {
  const auto& sets = scenario.steady_state.checks;
  return std::any_of(sets.begin(), sets.end(), [](const CheckSet& set) {
    return set.gate && set.phase == PhaseName::before;
  });
}

}  // namespace

asio::awaitable<bool> pass_gate(LiveRun& run) {
  if (!has_gate(run.scenario)) {
    co_return co_await run.sleep_until(at_second(run.timeline.during) - kFaultLead);
  }
  const RunSecond planned = run.timeline.during - run.timeline.before;
  const bool inject = run.force || run.scenario.steady_state.inject_when_unsteady;
  for (;;) {
    const bool due = co_await run.sleep_until(at_second(run.timeline.during) - kJudgeLead);
    if (!due) co_return false;
    const GateJudgement judgement = co_await judge_beside(run);
    const RunSecond now = run.timeline.during - run.timeline.before;
    switch (gate_step(judgement, planned, now, inject)) {
      case GateStep::extend: {
        const RunSecond by = *next_extension(planned, now);
        run.timeline.move_during(run.timeline.during + by);
        run.tell_until();
        mark_gate(run, "extended", "by " + std::to_string(by) + " s; " + told(judgement));
        continue;
      }
      case GateStep::refuse:
        mark_gate(run, "refused", with_advice(judgement, run.timeline));
        settle_edge(run);
        run.timeline.after = run.timeline.end = run.timeline.during;
        run.tell_until();
        co_return false;
      case GateStep::inject_anyway:
        mark_gate(run, "not_steady", told(judgement));
        break;
      case GateStep::pass:
        mark_gate(run, "steady", told(judgement));
        break;
    }
    settle_edge(run);
    co_return !run.stop.at(Urgency::stop);
  }
}

}  // namespace loadgen
