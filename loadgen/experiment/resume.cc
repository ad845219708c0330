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

/// Reverts what is applied, and gives up on what fell due while nobody was there to inject it.
asio::awaitable<void> take_up_faults(LiveRun& run) {
  const std::vector<Mark> marks = run.coordinator.marks();  // a copy: it grows
  const std::vector<std::string> applied = applied_faults(marks);
  for (const Fault& fault : run.scenario.faults) {
    const Mark* requested = find_mark(marks, "requested", fault.name);
    const bool is_applied = std::count(applied.begin(), applied.end(), fault.name) > 0;
    if (requested != nullptr && fault.kind == FaultKind::load) {
      const RunOffset planned_end = at_second(run.timeline.after);
      const LoadWindow window = begin_load(run, fault, requested->at, planned_end);
      // It goes on with the workers' plan; only its end has to be marked.
      if (is_applied) run.tasks.spawn(end_load(run, fault, window));
    } else if (is_applied && !fault.revert.empty()) {
      co_await revert_fault(run, fault, requested->at);
    }
    const RunOffset due = at_second(run.timeline.during) + fault.at;
    const bool settled =
        requested != nullptr || find_mark(marks, "not_injected", fault.name) != nullptr;
    if (settled || due > run.coordinator.now()) continue;
    not_injected(run, fault, "it fell due while the coordinator was away");
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
