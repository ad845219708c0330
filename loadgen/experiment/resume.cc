#include "loadgen/experiment/resume.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "loadgen/analysis/run.h"
#include "loadgen/experiment/fault.h"
#include "loadgen/experiment/revert.h"

namespace loadgen {

namespace asio = boost::asio;

namespace {

const Mark* find_mark(const std::vector<Mark>& marks, std::string_view kind,
                      const std::string& name) {
  const auto found = std::find_if(marks.begin(), marks.end(), [&](const Mark& mark) {
    return mark.kind == kind && mark.name == name;
  });
  return found == marks.end() ? nullptr : &*found;
}

void mark_fault(LiveRun& run, const Fault& fault, RunOffset at, const char* kind,
                std::string detail) {
  Mark told;
  told.at = at;
  told.kind = kind;
  told.name = fault.name;
  told.group = fault.group;
  told.detail = std::move(detail);
  run.mark(std::move(told));
}

/// Extra load goes on with the workers' plan; only its end has to be marked.
asio::awaitable<void> end_load(LiveRun& run, const Fault& fault, LoadWindow window) {
  const bool over = co_await run.sleep_until(window.to);
  mark_fault(run, fault, over ? window.to : run.coordinator.now(), "reverted",
             over ? "after " + print_seconds(window.to - window.from) : "the load was stopped");
}

void take_up_load(LiveRun& run, const Fault& fault, const Mark& requested, bool applied) {
  LoadWindow window;
  window.fault = fault.name;
  window.group = static_cast<std::uint16_t>(run.scenario.group_index(fault.group));
  window.workload = static_cast<std::uint16_t>(run.scenario.workload_index(fault.workload));
  window.multiply = fault.multiply;
  window.from = requested.at;
  const RunOffset planned_end = at_second(run.timeline.after);
  window.to = fault.duration ? std::min(requested.at + *fault.duration, planned_end) : planned_end;
  run.windows.push_back(window);
  if (applied) run.tasks.spawn(end_load(run, fault, window));
}

/// Reverts what is applied, and gives up on what fell due while nobody was there to inject it.
asio::awaitable<void> take_up_faults(LiveRun& run) {
  const std::vector<Mark> marks = run.coordinator.marks();  // a copy: it grows
  const std::vector<std::string> applied = applied_faults(marks);
  for (const Fault& fault : run.scenario.faults) {
    const Mark* requested = find_mark(marks, "requested", fault.name);
    const bool is_applied = std::count(applied.begin(), applied.end(), fault.name) > 0;
    if (requested != nullptr && fault.kind == FaultKind::load) {
      take_up_load(run, fault, *requested, is_applied);
    } else if (is_applied && !fault.revert.empty()) {
      co_await revert_fault(run, fault, requested->at);
    }
    const RunOffset due = at_second(run.timeline.during) + fault.at;
    const bool settled =
        requested != nullptr || find_mark(marks, "not_injected", fault.name) != nullptr;
    if (settled || due > run.coordinator.now()) continue;
    run.not_injected = true;
    const std::string why = "it fell due while the coordinator was away";
    run.findings.push_back("fault " + fault.name + " was not injected: " + why);
    mark_fault(run, fault, run.coordinator.now(), "not_injected", why);
  }
}

}  // namespace

Timeline timeline_of(const Phases& phases, const std::vector<Mark>& marks) {
  Timeline timeline(phases);
  timeline.move_during(timeline.during + gate_extension(marks));
  for (const Mark& mark : marks) {
    const RunSecond edge = next_second(mark.at);
    if (mark.kind == "gate" && mark.name == "refused")
      timeline.after = timeline.end = timeline.during;
    if (mark.kind != "phase") continue;
    if (mark.name == "during") timeline.move_during(std::max(edge, timeline.during));
    if (mark.name == "after") timeline.move_after(std::max(edge, timeline.after));
    if (mark.name == "end") timeline.end = edge;
  }
  return timeline;
}

asio::awaitable<void> take_up_again(LiveRun& run, Assign assign) {
  co_await resolve_variables(run.scenario, run.scene, WakeOn{&run.stop, Urgency::stop});
  assign.variables = run.scene.variables;
  assign.secrets = run.scene.secrets;
  run.coordinator.resume(std::move(assign));
  const std::vector<Mark>& marks = run.coordinator.marks();
  const RunOffset last = marks.empty() ? RunOffset{0} : marks.back().at;
  run.timeline = timeline_of(run.scenario.phases, marks);
  for (const Mark& mark : marks) {
    if (mark.kind == "phase") run.phase = mark.name;
  }
  Mark told;
  told.at = run.coordinator.now();
  told.kind = "note";
  told.name = "resumed";
  told.detail =
      "the coordinator was started anew; the last mark before stands at " + print_seconds(last);
  run.mark(std::move(told));
  co_await take_up_faults(run);
  run.tell_until();
}

}  // namespace loadgen
