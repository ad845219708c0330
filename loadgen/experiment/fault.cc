#include "loadgen/experiment/fault.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace loadgen {

namespace asio = boost::asio;

namespace {

/// Keeps `during` from ending. Given back once, at the latest when the fault's life is over.
class Hold {
 public:
  explicit Hold(LiveRun& run) : run_(&run) {}  // begin_fault has counted it
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold() { release(); }
  void release() {
    if (run_ != nullptr) --run_->holding;
    run_ = nullptr;
  }

 private:
  LiveRun* run_;
};

/// When things are due, as run offsets.
struct Dates {
  RunOffset due{0};          // inject
  RunOffset planned_end{0};  // of during, before a late revert moved it
  RunOffset requested{0};    // known once it is
};

void mark_now(LiveRun& run, const Fault& fault, const char* kind, std::string detail) {
  run.mark(fault, run.coordinator.now(), kind, std::move(detail));
}

std::string since(const LiveRun& run, RunOffset requested) {
  return "after " + print_seconds(run.coordinator.now() - requested);
}

/// Unless we killed the hook ourselves: that says nothing about it.
void hook_failed(LiveRun& run, const Fault& fault, const std::string& why) {
  if (!run.stop.at(Urgency::stop)) not_injected(run, fault, why);
}

asio::awaitable<bool> still_allowed(LiveRun& run, const Fault& fault) {
  if (fault.require.empty()) co_return true;
  HookCall call = run.call(fault, "require", {&run.stop, Urgency::stop});
  const HookEnd end = co_await run_hook(run.scene, call);
  run.journal(end);
  if (!end.ok()) hook_failed(run, fault, "require: " + what_happened(end, fault));
  co_return end.ok();
}

asio::awaitable<bool> inject(LiveRun& run, const Fault& fault) {
  HookCall call = run.call(fault, "inject", {&run.stop, Urgency::stop});
  const HookEnd end = co_await run_hook(run.scene, call);
  run.journal(end);
  if (!end.ok()) hook_failed(run, fault, "inject: " + what_happened(end, fault));
  co_return end.ok();
}

asio::awaitable<void> confirm(LiveRun& run, const Fault& fault, Dates dates, RunOffset give_up,
                              Urgency wake) {
  if (fault.confirm.empty()) co_return;
  HookCall call = run.call(fault, "confirm", {&run.stop, wake});
  const HookEnd end = co_await poll_hook(run.scene, call, run.coordinator.instant(give_up));
  run.journal(end);
  if (end.ok()) {
    mark_now(run, fault, "confirmed", since(run, dates.requested));
  } else {
    mark_now(run, fault, "not_confirmed",
             since(run, dates.requested) + ": " + what_happened(end, fault));
  }
}

/// Looks for the system's recovery, from now on for the fault's timeout, at most until the end of
/// the run. Without an answer there is no mark.
asio::awaitable<void> recovered(LiveRun& run, const Fault& fault, RunOffset requested) {
  if (fault.recovered.empty() || run.stop.at(Urgency::ending)) co_return;
  HookCall call = run.call(fault, "recovered", {&run.stop, Urgency::ending});
  const HookEnd end = co_await poll_hook(run.scene, call, Clock::now() + fault.timeout);
  run.journal(end);
  if (end.ok()) mark_now(run, fault, "recovered", since(run, requested));
}

}  // namespace

void not_injected(LiveRun& run, const Fault& fault, const std::string& why) {
  run.not_injected = true;
  run.findings.push_back("fault " + fault.name + " was not injected: " + why);
  mark_now(run, fault, "not_injected", why);
}

LoadWindow begin_load(LiveRun& run, const Fault& fault, RunOffset from, RunOffset planned_end) {
  LoadWindow window;
  window.fault = fault.name;
  window.group = static_cast<std::uint16_t>(run.scenario.group_index(fault.group));
  window.workload = static_cast<std::uint16_t>(run.scenario.workload_index(fault.workload));
  window.multiply = fault.multiply;
  window.from = from;
  window.to = fault.duration ? std::min(from + *fault.duration, planned_end) : planned_end;
  run.windows.push_back(window);
  return window;
}

asio::awaitable<void> end_load(LiveRun& run, const Fault& fault, LoadWindow window) {
  const bool over = co_await run.sleep_until(window.to);
  // When the run is stopped, so is the load.
  run.mark(fault, over ? window.to : run.coordinator.now(), "reverted",
           over ? "after " + print_seconds(window.to - window.from) : "the load was stopped");
}

asio::awaitable<void> revert_fault(LiveRun& run, const Fault& fault, RunOffset requested) {
  HookCall call = run.call(fault, "revert", WakeOn{});
  std::string why;
  try {
    const HookEnd end = co_await run_hook(run.scene, call);
    run.journal(end);
    if (!end.ok()) why = what_happened(end, fault);
  } catch (const std::exception& error) {
    why = error.what();
  }
  if (why.empty()) {
    mark_now(run, fault, "reverted", since(run, requested));
    co_return;
  }
  run.not_reverted = true;
  const std::string command = by_hand(run.scene, call);
  run.findings.push_back("fault " + fault.name + " could not be reverted: " + why +
                         "\nDo it by hand: " + command);
  mark_now(run, fault, "not_reverted", why + "; by hand: " + command);
}

namespace {

/// From the injection until it is time to revert. False: nothing was injected.
asio::awaitable<bool> apply(LiveRun& run, const Fault& fault, Dates dates, Hold& hold) {
  const bool injected = co_await inject(run, fault);
  if (!injected) co_return false;
  const RunOffset patience = dates.requested + fault.timeout;
  if (fault.revert.empty()) {
    hold.release();
    run.tasks.spawn(recovered(run, fault, dates.requested));
    co_await confirm(run, fault, dates, patience, Urgency::ending);
    co_return true;
  }
  const RunOffset revert_at = fault.duration
                                  ? std::min(dates.requested + *fault.duration, dates.planned_end)
                                  : dates.planned_end;
  co_await confirm(run, fault, dates, std::min(patience, revert_at), Urgency::stop);
  co_await run.sleep_until(revert_at);
  co_return true;
}

/// When what was due in `before` has been answered, as far as can be told: 99.9 % of what this
/// group answered lately took no longer. A fault that came sooner would break requests that belong
/// to `before`, and the checks on it would be blamed for the fault. At most a quarter of `during`.
RunOffset before_answered(const LiveRun& run, const Fault& fault) {
  const RunSecond edge = run.timeline.during;
  const RunSecond from = std::max(run.timeline.before, edge - LiveView::kKeep);
  std::int64_t longest_us = 0;
  for (std::size_t w = 0; w < run.scenario.workloads.size(); ++w) {
    const LiveView::Key key{static_cast<std::uint16_t>(run.scenario.group_index(fault.group)),
                            static_cast<std::uint16_t>(w)};
    const LiveView::Window lately = run.coordinator.live().window(key, from, edge);
    longest_us = std::max(longest_us, lately.response_ok.quantile_us(0.999).value_or(0));
  }
  const Duration most = at_second(run.timeline.after - edge) / 4;
  return at_second(edge) + std::min<Duration>(std::chrono::microseconds(longest_us), most);
}

asio::awaitable<void> command_life(LiveRun& run, const Fault& fault, Dates dates) {
  Hold hold(run);
  const bool due = co_await run.sleep_until(std::max(dates.due, before_answered(run, fault)));
  if (!due) co_return;
  const bool allowed = co_await still_allowed(run, fault);
  if (!allowed || run.stop.at(Urgency::stop)) co_return;
  // Before the hook, so that a journal that ends here knows that the fault may be there.
  dates.requested = run.coordinator.now();
  run.mark(fault, dates.requested, "requested", {});
  std::exception_ptr error;
  bool injected = false;
  try {
    injected = co_await apply(run, fault, dates, hold);
  } catch (...) {
    error = std::current_exception();
  }
  if (!fault.revert.empty()) {
    co_await revert_fault(run, fault, dates.requested);
    hold.release();
    if (injected) co_await recovered(run, fault, dates.requested);
  }
  if (error) std::rethrow_exception(error);
}

asio::awaitable<void> load_life(LiveRun& run, const Fault& fault, Dates dates) {
  Hold hold(run);
  const bool close = co_await run.sleep_until(dates.due - kFaultLead);
  if (!close) co_return;
  const LoadWindow window = begin_load(run, fault, dates.due, dates.planned_end);
  run.tell_until();
  hold.release();  // it ends within the planned length by itself
  // A moment later than its edge, so that the mark of a phase that begins there stands before it.
  const bool begun = co_await run.sleep_until(window.from + std::chrono::milliseconds(1));
  if (!begun) co_return;
  run.mark(fault, window.from, "requested", {});
  run.mark(fault, window.from, "confirmed", "extra tickets are due from here on");
  co_await end_load(run, fault, window);
}

asio::awaitable<void> external_life(LiveRun& run, const Fault& fault, Dates dates) {
  Hold hold(run);
  const RunOffset end = fault.wait > Duration{0} ? dates.due + fault.wait : dates.planned_end;
  if (end <= dates.planned_end) hold.release();
  const bool due = co_await run.sleep_until(dates.due);
  if (!due) co_return;
  run.mark(fault, dates.due, "requested", "by somebody else");
  const bool over = co_await run.sleep_until(end);
  // Stopped earlier: whether it is still there is not ours to know.
  if (over) run.mark(fault, end, "reverted", "waited for " + print_duration(end - dates.due));
}

asio::awaitable<void> live(LiveRun& run, const Fault& fault, Dates dates) {
  switch (fault.kind) {
    case FaultKind::load:
      return load_life(run, fault, dates);
    case FaultKind::external:
      return external_life(run, fault, dates);
    case FaultKind::command:
    case FaultKind::kubernetes:  // refused by name when the scenario is read
      break;
  }
  return command_life(run, fault, dates);
}

}  // namespace

void begin_fault(LiveRun& run, const Fault& fault) {
  Dates dates;
  dates.due = at_second(run.timeline.during) + fault.at;
  dates.planned_end = at_second(run.timeline.after);
  ++run.holding;
  run.tasks.spawn(live(run, fault, dates));
}

}  // namespace loadgen
