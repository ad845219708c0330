#include "loadgen/experiment/guard.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace loadgen {

namespace asio = boost::asio;

namespace {

RunSecond held_for(const AbortRule& rule) {
  return rule.check.held_for ? std::max<RunSecond>(1, next_second(*rule.check.held_for)) : 1;
}

}  // namespace

std::optional<std::string> fired_lately(const AbortRule& rule,
                                        const std::vector<AbortSecond>& seconds) {
  const auto needed = static_cast<std::size_t>(held_for(rule));
  for (std::size_t end = seconds.size(); end >= needed; --end) {
    auto seen = fired(rule, {seconds.begin() + static_cast<std::ptrdiff_t>(end - needed),
                             seconds.begin() + static_cast<std::ptrdiff_t>(end)});
    if (seen) return seen;
  }
  return std::nullopt;
}

namespace {

constexpr Duration kLookEvery = std::chrono::milliseconds(250);

/// Consecutive seconds of one workload in one group, as abort rules want them.
struct SecondsSeen {
  std::deque<Histogram> histograms;  // of the seconds, in place: the entries point here
  std::vector<AbortSecond> seconds;
};

SecondsSeen seconds_of(const LiveView& live, LiveView::Key key, RunSecond from, RunSecond to) {
  SecondsSeen seen;
  const auto& known = live.seconds(key);
  for (RunSecond s = from; s < to; ++s) {
    AbortSecond second;
    const auto place = known.find(s);
    if (place != known.end()) {
      const LiveView::Second& counts = place->second;
      second.planned = counts.planned();
      second.ok = counts.ok;
      second.bad = counts.failed + counts.timed_out + counts.not_sent + counts.unfinished;
      second.ended = counts.failed_by;
      LiveView::Window window = live.window(key, s, s + 1);
      // Older seconds have lost their histogram: then quantiles are not judged.
      if (window.response_ok.total() == counts.ok) {
        second.response_ok = &seen.histograms.emplace_back(std::move(window.response_ok));
      }
    }
    seen.seconds.push_back(second);
  }
  return seen;
}

/// How far back a second may still change: a ticket ends at its timeout at the latest.
RunSecond settling(const Workload& workload) { return next_second(workload.timeout) + 2; }

/// The mark of the first rule that fires on the seconds known by now; nothing when none does.
std::optional<Mark> judge_rules(const LiveRun& run) {
  const LiveView& live = run.coordinator.live();
  const RunSecond to = std::min(live.newest() + 1, run.timeline.end);
  for (const AbortRule& rule : run.scenario.steady_state.abort) {
    for (std::size_t g = 0; g < run.scenario.groups.size(); ++g) {
      const Group& group = run.scenario.groups[g];
      if (!rule.group.empty() && rule.group != group.name) continue;
      for (std::size_t w = 0; w < run.scenario.workloads.size(); ++w) {
        const Workload& workload = run.scenario.workloads[w];
        if (workload.probe != Probe::none) continue;
        const RunSecond from =
            std::max(run.timeline.before, to - held_for(rule) - settling(workload));
        const LiveView::Key key{static_cast<std::uint16_t>(g), static_cast<std::uint16_t>(w)};
        const SecondsSeen seen = seconds_of(live, key, from, to);
        const auto what = fired_lately(rule, seen.seconds);
        if (!what) continue;
        Mark mark;
        mark.kind = "abort";
        mark.name = rule.text;
        mark.group = group.name;
        mark.detail = workload.name + ": " + *what;
        return mark;
      }
    }
  }
  return std::nullopt;
}

asio::awaitable<void> watch(LiveRun& run) {
  RunSecond judged = -1;
  for (RunOffset due = kLookEvery;; due += kLookEvery) {
    const bool go_on = co_await run.sleep_until(due, Urgency::ending);
    if (!go_on) co_return;
    if (!run.coordinator.trouble().empty()) {
      run.findings.push_back(run.coordinator.trouble());
      run.stop.raise(Urgency::stop, run.coordinator.trouble());
      co_return;
    }
    if (run.coordinator.live().newest() <= judged) continue;
    judged = run.coordinator.live().newest();
    std::optional<Mark> mark = judge_rules(run);
    if (!mark) continue;
    mark->at = run.coordinator.now();
    const std::string reason =
        "abort rule \"" + mark->name + "\" in " + mark->group + ": " + mark->detail;
    run.mark(std::move(*mark));
    run.stop.raise(Urgency::stop, reason);
    co_return;
  }
}

}  // namespace

void begin_guard(LiveRun& run) { run.tasks.spawn(watch(run)); }

}  // namespace loadgen
