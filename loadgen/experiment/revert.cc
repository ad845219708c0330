#include "loadgen/experiment/revert.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "loadgen/analysis/run.h"
#include "loadgen/core/journal.h"
#include "loadgen/experiment/hooks.h"
#include "loadgen/experiment/run_lock.h"
#include "loadgen/experiment/timeline.h"
#include "loadgen/plan/redact.h"

namespace loadgen {

namespace asio = boost::asio;

std::vector<std::string> applied_faults(const std::vector<Mark>& marks) {
  std::vector<std::string> applied;
  for (const Mark& mark : marks) {
    const auto place = std::find(applied.begin(), applied.end(), mark.name);
    if (mark.kind == "requested" && place == applied.end()) applied.push_back(mark.name);
    if (mark.kind == "reverted" && place != applied.end()) applied.erase(place);
  }
  return applied;
}

namespace {

/// One catching-up: what it needs and what it writes.
struct CatchUp {
  const Run& run;
  Scenario scenario;
  JournalWriter journal;
  Instant zero;  // of the run's offsets, by the wall clock
  HookScene scene;
  RevertReport report;

  void mark(const Fault& fault, const char* kind, std::string detail) {
    Mark m;
    m.at = Clock::now() - zero;
    m.kind = kind;
    m.name = fault.name;
    m.group = fault.group;
    m.detail = redact(std::move(detail), scene.secrets);
    journal.append(RecordKind::mark, encode(m));
    journal.sync();
  }
  void failed(const Fault& fault, const std::string& why) {
    report.exit = ExitCode::not_reverted;
    report.lines.push_back("fault " + fault.name + " could not be reverted: " + why);
    mark(fault, "not_reverted", why);
  }
};

asio::awaitable<void> revert_one(CatchUp& work, const Fault& fault) {
  const Group& group = work.scenario.groups[work.scenario.group_index(fault.group)];
  std::string why;
  try {
    const Variables variables = co_await resolve_group(group, work.scene, WakeOn{});
    HookCall call{fault, "revert", variables, "after", WakeOn{}};
    const HookEnd end = co_await run_hook(work.scene, call);
    work.journal.append(RecordKind::hook, encode(record_of(end, work.zero)));
    if (!end.ok()) {
      why = what_happened(end, fault) + "\nDo it by hand: " + by_hand(work.scene, call);
    }
  } catch (const UserError& error) {  // a variable that can't be had
    why = error.what();
  }
  if (!why.empty()) {
    work.failed(fault, why);
    co_return;
  }
  work.report.lines.push_back("fault " + fault.name + " is reverted");
  work.mark(fault, "reverted", "caught up on");
}

/// Faults without a hook to run: said, and in the journal no longer applied where that is certain.
void settle(CatchUp& work, const Fault& fault) {
  if (fault.kind == FaultKind::load) {
    work.mark(fault, "reverted", "the load ended with the run");
    work.report.lines.push_back("fault " + fault.name + " was load, which ended with the run");
  } else if (fault.kind == FaultKind::external) {
    work.report.lines.push_back("fault " + fault.name +
                                " is external: whoever applied it has to revert it");
  } else {
    work.report.lines.push_back("fault " + fault.name + " has no revert hook: nothing to run");
  }
}

asio::awaitable<void> revert_all(CatchUp& work) {
  for (const std::string& name : applied_faults(work.run.marks)) {
    const auto& faults = work.scenario.faults;
    const auto fault =
        std::find_if(faults.begin(), faults.end(), [&](const Fault& f) { return f.name == name; });
    if (fault == faults.end()) continue;  // a mark from outside
    if (fault->revert.empty()) {
      settle(work, *fault);
    } else {
      co_await revert_one(work, *fault);
    }
  }
}

}  // namespace

RevertReport revert_applied(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "journal";
  const std::optional<RunLock> lock = RunLock::take(directory);
  if (!lock) {
    throw UserError(directory.string() +
                    ": the run is still going on; stop it (Ctrl-C, SIGTERM) and it reverts its "
                    "faults by itself");
  }
  const Run run = read_run(path, false);
  if (applied_faults(run.marks).empty()) {
    RevertReport nothing;
    nothing.lines.push_back("no fault of this run is still applied");
    return nothing;
  }
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  CatchUp work{run,
               scenario_now(run.header),
               JournalWriter::resume(path),
               Clock::now() - (wall - std::chrono::microseconds(run.header.started_at_us)),
               {},
               {}};
  work.scene.run_id = run.header.run_id;
  work.scene.directory = directory_of(run.header.scenario_path);
  work.scene.secrets = work.scenario.secrets;
  asio::io_context io;
  std::exception_ptr error;
  asio::co_spawn(io, revert_all(work), [&](std::exception_ptr e) { error = e; });
  io.run();
  if (error) std::rethrow_exception(error);
  return work.report;
}

}  // namespace loadgen
