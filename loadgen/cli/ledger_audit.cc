#include "loadgen/cli/ledger_audit.h"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <thread>

#include "loadgen/analysis/ledger_check.h"
#include "loadgen/analysis/ledger_result.h"
#include "loadgen/core/journal.h"
#include "loadgen/experiment/interruption.h"
#include "loadgen/experiment/run_lock.h"
#include "loadgen/plan/redact.h"
#include "pgbench_mode/ledger_table.h"
#include "pgbench_mode/statements.h"

namespace loadgen {
namespace {

constexpr std::chrono::milliseconds kBetweenTries{500};
constexpr const char* kUndefinedTable = "42P01";

/// One reading of one group's table. Throws StatementError.
LedgerAudit read_once(const Run& run, std::uint16_t group, const std::string& dsn,
                      const std::filesystem::path& journal) {
  LedgerCheck check(run, group);
  const pgbench::LedgerServer server = pgbench::read_ledger(
      dsn, run.header.run_id,
      {[&](const LedgerRow& row) { check.row(row); }, [&] { check.garbled(); }});
  LedgerAudit audit;
  audit.server = server.name;
  audit.system_identifier = server.system_identifier;
  audit.timeline = server.timeline;
  audit.in_recovery = server.in_recovery;
  audit.workloads = check.finish().workloads;
  date_lost(journal, audit.workloads);
  return audit;
}

std::string in_words(const pgbench::StatementError& failure) {
  if (failure.sqlstate() == kUndefinedTable)
    return "there is no table loadgen_ledger: it was dropped, or this server never had it";
  return failure.message();
}

/// Whether the same question may be answered otherwise a moment later.
bool passes(const pgbench::StatementError& failure) {
  const std::string& state = failure.sqlstate();
  return state.empty() || state.substr(0, 2) == "08" || state.substr(0, 2) == "57" ||
         state.substr(0, 2) == "53" || state.substr(0, 2) == "40";  // recovery wants what we read
}

std::string dsn_of(const AuditWish& wish, std::uint16_t group) {
  return wish.dsn.value_or(wish.scenario.groups[group].dsn);
}

LedgerAudit read_patiently(const Run& run, std::uint16_t group, const AuditWish& wish,
                           const std::string& dsn) {
  const Instant give_up = Clock::now() + wish.patience;
  for (;;) {
    LedgerAudit audit;
    bool again = false;
    try {
      audit = read_once(run, group, dsn, wish.journal);
      again = audit.in_recovery;
    } catch (const pgbench::StatementError& failure) {
      audit.problem = in_words(failure);
      again = passes(failure);
    }
    if (!again || Clock::now() >= give_up || interruption_noted()) {
      audit.group = group;
      audit.at_us = std::chrono::duration_cast<std::chrono::microseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
      return audit;
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

/// What became of it, for a person.
std::string remove(const Run& run, const std::string& dsn) {
  try {
    const pgbench::LedgerRemoved removed = pgbench::remove_ledger(dsn, run.header.run_id);
    if (removed.dropped) return "dropped";
    std::string kept = "this run's rows are removed; the table stays, with rows of";
    for (const std::string& other : removed.others) kept += " " + other;
    return kept;
  } catch (const pgbench::StatementError& failure) {
    // Two groups may share one.
    if (failure.sqlstate() == kUndefinedTable) return "dropped";
    return "not dropped: " + failure.message();
  }
}

}  // namespace

bool is_audited(const Scenario& scenario) {
  return std::any_of(scenario.workloads.begin(), scenario.workloads.end(),
                     [](const Workload& workload) { return workload.pgbench.audit; });
}

std::vector<LedgerAudit> audit_ledgers(const AuditWish& wish, std::ostream& err) {
  note_interruptions();
  const std::filesystem::path directory = wish.journal.parent_path();
  const auto lock = RunLock::take(directory);
  if (!lock) throw UserError(directory.string() + ": another run, revert or audit works there");
  const Run run = read_run(wish.journal);
  std::vector<std::string> secrets = wish.scenario.secrets;
  if (wish.dsn) secrets.push_back(*wish.dsn);
  std::vector<LedgerAudit> audits;
  for (std::uint16_t g = 0; g < run.scenario.groups.size(); ++g) {
    const std::string& name = run.scenario.groups[g].name;
    if (!wish.group.empty() && name != wish.group) continue;
    err << "loadgen: reading the ledger of " << name << std::endl;
    LedgerAudit audit = read_patiently(run, g, wish, dsn_of(wish, g));
    audit.problem = redact(audit.problem, secrets);
    JournalWriter journal = JournalWriter::resume(wish.journal);
    journal.append(RecordKind::audit, encode(audit));
    journal.sync();
    if (!audit.problem.empty())
      err << "loadgen: the ledger of " << name << " was not read: " << audit.problem << '\n';
    audits.push_back(std::move(audit));
  }
  for (const LedgerAudit& audit : audits) {
    if (!wish.drop || !audit.problem.empty()) continue;
    err << "loadgen: the ledger of " << run.scenario.groups[audit.group].name << ": "
        << redact(remove(run, dsn_of(wish, audit.group)), secrets) << '\n';
  }
  return audits;
}

ExitCode exit_code_of(const Run& run, const std::vector<LedgerAudit>& audits) {
  bool broken = false, doubtful = !untold(run).empty();
  for (const LedgerAudit& audit : audits) {
    doubtful = doubtful || !audit.problem.empty();
    for (const auto& [workload, reading] : audit.workloads) {
      const LedgerCounts& counts = reading.counts;
      // A standby may have what is missing a moment later.
      if (counts.lost > 0) (audit.in_recovery ? doubtful : broken) = true;
      broken = broken || counts.duplicates > 0 || counts.phantoms > 0;
    }
  }
  return broken ? ExitCode::failed : doubtful ? ExitCode::inconclusive : ExitCode::pass;
}

}  // namespace loadgen
