#include "loadgen/experiment/conductor.h"

#include <signal.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "loadgen/cluster/settlement.h"
#include "loadgen/experiment/fault.h"
#include "loadgen/experiment/gate.h"
#include "loadgen/experiment/guard.h"
#include "loadgen/experiment/interruption.h"
#include "loadgen/experiment/observe.h"
#include "loadgen/experiment/preflight.h"
#include "loadgen/experiment/resume.h"
#include "loadgen/experiment/run_lock.h"

namespace loadgen {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;  // NOLINT: the operators have no names

namespace {

Mark mark_of(RunOffset at, const char* kind, std::string name) {
  Mark mark;
  mark.at = at;
  mark.kind = kind;
  mark.name = std::move(name);
  return mark;
}

/// A terminal that is closed must not leave a fault behind either.
void listen(asio::signal_set& signals) {
  for (const int number : ending_signals()) signals.add(number);
}

/// The run is over, its results are not yet written: a late Ctrl-C must not cost them. Between the
/// two handlers the default one is in place, so what comes there waits.
void listen_no_more(asio::signal_set& signals) {
  sigset_t held, before;
  sigemptyset(&held);
  for (const int number : ending_signals()) sigaddset(&held, number);
  pthread_sigmask(SIG_BLOCK, &held, &before);
  signals.clear();
  note_interruptions();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

asio::awaitable<void> watch_signals(LiveRun& run, asio::signal_set& signals, bool& interrupted) {
  for (;;) {
    const auto [error, number] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    if (interrupted) {
      run.stop.raise(Urgency::hurry);
      continue;
    }
    interrupted = true;
    const std::string name = number == SIGINT ? "SIGINT" : number == SIGTERM ? "SIGTERM" : "SIGHUP";
    if (run.coordinator.started()) {
      run.mark(mark_of(run.coordinator.now(), "interrupted", name));
    }
    run.stop.raise(Urgency::stop, "interrupted by " + name);
  }
}

/// Offset 0 is settled, the workers know the plan, and what runs beside the phases begins.
void begin(LiveRun& run, const std::vector<HookEnd>& preflight, const ServerWatch& servers) {
  // The only reading of the wall clock: the run header says when offset 0 was.
  const Duration lead = run.coordinator.start_lead();
  const auto wall = std::chrono::system_clock::now().time_since_epoch() + lead;
  run.coordinator.start(Clock::now() + lead,
                        std::chrono::duration_cast<std::chrono::microseconds>(wall).count());
  run.tell_until();
  for (const HookEnd& end : preflight) run.journal(end);
  begin_observers(run);
  begin_server_watch(run, servers);
  begin_guard(run);
}

bool has_mark(const LiveRun& run, std::string_view kind, std::string_view name) {
  const auto& marks = run.coordinator.marks();
  return std::any_of(marks.begin(), marks.end(),
                     [&](const Mark& mark) { return mark.kind == kind && mark.name == name; });
}

/// Waits for an edge and marks it, unless it was marked before the coordinator died. False: the run
/// is stopped.
asio::awaitable<bool> enter(LiveRun& run, PhaseName phase, RunSecond edge) {
  if (has_mark(run, "phase", name_of(phase))) co_return !run.stop.at(Urgency::stop);
  const bool reached = co_await run.sleep_until(at_second(edge));
  if (!reached) co_return false;
  run.phase = name_of(phase);
  run.mark(mark_of(at_second(edge), "phase", run.phase));
  co_return true;
}

/// Load faults are begun ahead, the others when `during` has: their hooks and marks belong to it.
void begin_faults(LiveRun& run, bool ahead) {
  for (const Fault& fault : run.scenario.faults) {
    const bool settled =
        has_mark(run, "requested", fault.name) || has_mark(run, "not_injected", fault.name);
    if (!settled && (fault.kind == FaultKind::load) == ahead) begin_fault(run, fault);
  }
}

/// Lets `during` go on, second by second, while faults need it. Its end is settled a moment ahead,
/// so that workers hear of it before their plan is over.
asio::awaitable<void> await_reverts(LiveRun& run) {
  for (;;) {
    const bool go_on = co_await run.sleep_until(at_second(run.timeline.after) - kFaultLead);
    if (!go_on || run.holding == 0) co_return;
    run.timeline.move_after(run.timeline.after + 1);
    run.tell_until();
  }
}

/// Waits for the end of the last phase, or for the workers' if they have nothing more to send
/// (`max_requests`): then the run ends with the next second.
asio::awaitable<void> await_end(LiveRun& run) {
  const RunOffset planned = at_second(run.timeline.end);
  const auto first = co_await (run.sleep_until(planned) ||
                               run.coordinator.finished(run.coordinator.instant(planned)));
  if (first.index() == 0) co_return;
  if (!std::get<1>(first)) {  // some are lost, or it is time: both are told elsewhere
    co_await run.sleep_until(planned);
    co_return;
  }
  run.timeline.end = std::min(run.timeline.end, next_second(run.coordinator.now()));
}

/// The phases in order. Returns when the last one is over, the gate refused, or the run is stopped.
asio::awaitable<void> play(LiveRun& run) {
  const Phases& phases = run.scenario.phases;
  bool go_on = true;
  if (phases.warmup > Duration{0}) go_on = co_await enter(run, PhaseName::warmup, 0);
  if (go_on) go_on = co_await enter(run, PhaseName::before, run.timeline.before);
  // After a resumption its edge may lie behind us: then the gate has nothing to decide any more.
  const bool ahead = at_second(run.timeline.during) > run.coordinator.now();
  if (go_on && phases.during > Duration{0} && ahead) go_on = co_await pass_gate(run);
  if (go_on && phases.during > Duration{0}) {
    begin_faults(run, true);
    go_on = co_await enter(run, PhaseName::during, run.timeline.during);
    if (go_on) begin_faults(run, false);
    if (go_on) co_await await_reverts(run);
  }
  if (go_on && phases.after > Duration{0}) {
    co_await enter(run, PhaseName::after, run.timeline.after);
  }
  co_await await_end(run);
}

asio::awaitable<std::vector<Part>> settle(std::filesystem::path journal,
                                          std::vector<std::uint32_t> lost, Assign assign,
                                          PlanReached reached, DriverFactory driver) {
  co_return settlements(journal, lost, std::move(assign), reached, driver);
}

/// Waits for the workers' last parts. Those that don't come are marked by the coordinator.
asio::awaitable<void> collect(LiveRun& run) {
  const Duration last_parts = run.coordinator.patience();
  const Instant deadline = Clock::now() + drain_of(run.scenario) + last_parts;
  bool complete = false;
  if (!run.stop.at(Urgency::stop)) {
    const auto first = co_await (run.coordinator.finished(deadline) ||
                                 run.stop.sleep_until(deadline + last_parts, Urgency::stop));
    if (first.index() == 0) complete = std::get<0>(first);
  }
  if (!complete && run.stop.at(Urgency::stop)) {
    run.coordinator.stop(true);
    const auto last = co_await (run.coordinator.finished(Clock::now() + last_parts) ||
                                run.stop.sleep_until(deadline + last_parts, Urgency::hurry));
    if (last.index() == 0) complete = std::get<0>(last);
  }
  if (!complete && !run.stop.at(Urgency::hurry)) {
    run.coordinator.give_up_missing();
    run.findings.push_back("not every worker delivered its last part");
  }
}

/// Books the tickets of lost shares. It reads the journal and makes drivers, on a thread of its
/// own.
asio::awaitable<void> settle_losses(LiveRun& run, const ConductOptions& options, RunOffset end) {
  const std::vector<std::uint32_t> lost = run.coordinator.incomplete();
  if (lost.empty() || run.coordinator.journal_failed() || run.stop.at(Urgency::hurry)) co_return;
  Assign assign = options.assign;
  assign.variables = run.scene.variables;
  assign.secrets = run.scene.secrets;
  asio::thread_pool thread(1);
  const std::vector<Part> adjustments =
      co_await asio::co_spawn(thread,
                              settle(run.coordinator.journal_path(), lost, std::move(assign),
                                     {end, run.windows}, options.driver),
                              asio::use_awaitable);
  for (const Part& adjustment : adjustments) run.coordinator.settle(adjustment);
}

/// From the last phase to the last record; also after an abort or an exception.
asio::awaitable<void> wind_up(LiveRun& run, const ConductOptions& options) {
  const RunOffset reached = std::min(run.coordinator.now(), at_second(run.timeline.end));
  const bool stopped = run.stop.at(Urgency::stop);
  if (stopped) run.coordinator.stop(true);
  const RunSecond end =
      stopped ? std::min(next_second(run.coordinator.now()), run.timeline.end) : run.timeline.end;
  if (!has_mark(run, "phase", "end")) run.mark(mark_of(at_second(end), "phase", "end"));
  run.stop.raise(Urgency::ending);
  if (stopped) co_await run.tasks.done();  // the reverts: they come first
  co_await collect(run);
  co_await run.tasks.done();
  co_await settle_losses(run, options, stopped ? reached : at_second(end));
}

void close_journal(LiveRun& run) {
  RunEnd record;
  record.at = run.coordinator.now();
  record.aborted = run.stop.at(Urgency::stop);
  record.reason = run.stop.reason();
  try {
    run.coordinator.end(record);
  } catch (const std::exception& error) {
    run.findings.push_back(std::string("the journal can't be closed: ") + error.what());
  }
}

/// The phases of a run whose coordinator died, from where it is by now.
asio::awaitable<void> lead_on(LiveRun& run, const ConductOptions& options) {
  co_await take_up_again(run, options.assign);
  begin_observers(run);
  begin_server_watch(run, options.servers);
  begin_guard(run);
  if (!has_mark(run, "gate", "refused") && !has_mark(run, "phase", "end")) co_await play(run);
}

asio::awaitable<void> lead(LiveRun& run, ConductOptions& options, ConductEnd& end) {
  if (options.resume) co_return co_await lead_on(run, options);
  const Preflight preflight = co_await prepare(run, options.assign);
  if (!preflight.problems.empty()) {
    end.forced_exit = ExitCode::preflight_failed;
    end.reason = "preflight failed";
    run.findings = preflight.problems;
  }
  if (!preflight.problems.empty() || run.stop.at(Urgency::stop)) co_return;
  if (options.preflight_only) co_return;
  begin(run, preflight.hooks, options.servers);
  co_await play(run);
}

void tell_end(const LiveRun& run, bool interrupted, ConductEnd& end) {
  end.started = run.coordinator.started();
  end.aborted = run.stop.at(Urgency::stop);
  if (end.aborted) end.reason = run.stop.reason();
  end.skip_report = run.stop.at(Urgency::hurry);
  end.findings = run.findings;
  if (run.coordinator.journal_failed()) end.forced_exit = ExitCode::internal_error;
  if (interrupted) end.forced_exit = ExitCode::interrupted;
  if (run.not_injected) end.forced_exit = ExitCode::not_injected;
  if (run.not_reverted) end.forced_exit = ExitCode::not_reverted;
}

}  // namespace

asio::awaitable<ConductEnd> conduct(const Scenario& scenario, Coordinator& coordinator,
                                    ConductOptions options) {
  const auto executor = co_await asio::this_coro::executor;
  const std::optional<RunLock> lock = RunLock::take(coordinator.directory());
  if (!lock) {
    throw UserError(coordinator.directory().string() + ": another run or revert works there");
  }
  StopSignal stop;
  Tasks tasks(executor, stop);
  coordinator.tolerate_loss(scenario.distribution.tolerate_worker_loss);
  LiveRun run{scenario, coordinator, stop, tasks, Timeline(scenario.phases), options.force};
  run.scene.run_id = options.run_id;
  run.scene.directory = directory_of(options.assign.scenario_path);
  bool interrupted = false;
  Tasks signal_task(executor, stop);
  asio::signal_set signals(executor);
  if (options.signals) {
    listen(signals);
    signal_task.spawn(watch_signals(run, signals, interrupted));
  }

  ConductEnd end;
  std::exception_ptr error;
  try {
    co_await lead(run, options, end);
  } catch (const std::exception& e) {
    error = std::current_exception();
    stop.raise(Urgency::stop, e.what());
  }
  if (coordinator.started()) {
    try {
      co_await wind_up(run, options);
    } catch (...) {
      if (!error) error = std::current_exception();
      stop.raise(Urgency::stop, "internal error");
    }
  } else {
    coordinator.stop(true);
  }
  co_await tasks.done();  // nothing that was requested stays applied
  if (coordinator.started()) close_journal(run);
  signals.cancel();
  co_await signal_task.done();
  if (options.signals) listen_no_more(signals);

  if (!error) error = tasks.error();
  if (error && !(interrupted && !coordinator.started())) std::rethrow_exception(error);
  tell_end(run, interrupted, end);
  co_return end;
}

}  // namespace loadgen
