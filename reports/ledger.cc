#include "reports/ledger.h"

#include "reports/facts.h"
#include "reports/format.h"

namespace loadgen::reports {
namespace {

/// How reports call the statements that audit adds; see pgbench_mode/ledger_script.cc.
bool is_of_ledger(const StatementResult& statement) {
  return statement.text.rfind("(ledger) ", 0) == 0;
}

/// What audit cost: the time of its own statements, as far as they stand alone.
std::string cost_in_words(const WorkloadResult& workload) {
  double ours_us = 0, all_us = 0;
  std::uint64_t rows = 0;
  for (const StatementResult& statement : workload.statements) {
    for (const StatementFigures& phase : statement.phases) {
      if (phase.phase == "warmup") continue;
      const double us = phase.took.mean.value_or(0) * static_cast<double>(phase.count);
      all_us += us;
      if (!is_of_ledger(statement)) continue;
      ours_us += us;
      if (statement.text.find("INSERT") != std::string::npos) rows += phase.count;
    }
  }
  if (rows == 0 || all_us <= 0) return {};
  return "the ledger's own statements took " + time_us(ours_us / static_cast<double>(rows)) +
         " of each transaction that left a row, " + percent(ours_us / all_us) +
         " of the time of all statements; `Statements` under Details has them";
}

std::string weak_in_words(const AuditResult& audit, const LedgerCounts* counts) {
  if (audit.weak == 0) return {};
  std::string text = count(audit.weak) +
                     " more were acknowledged with the warning that no standby may have them "
                     "(the wait for one was cancelled)";
  if (counts != nullptr) text += "; " + count(counts->weak_absent) + " of these are gone";
  return text;
}

/// Whoever reads several readings wants to know how they differ.
std::string readings_in_words(const AuditResult& audit) {
  if (audit.readings.size() < 2) return {};
  std::string text;
  for (std::size_t i = 0; i < audit.readings.size(); ++i) {
    const AuditFigures& one = audit.readings[i];
    const bool told = i == 0 || i + 1 == audit.readings.size() || i == audit.decides;
    if (!told) continue;
    text += (text.empty() ? "read " + std::to_string(audit.readings.size()) + " times: " : "; ") +
            one.at + " on " + one.server +
            (one.in_recovery ? " (a standby)" : ", timeline " + std::to_string(one.timeline)) +
            ": " +
            (one.in_recovery ? count(one.reading.counts.lost) + " absent there"
                             : lost_in_words(one.reading)) +
            (i == audit.decides ? " (this one decides)" : "");
  }
  return text;
}

void add(std::vector<std::string>& notes, std::string text) {
  if (!text.empty()) notes.push_back(std::move(text));
}

std::vector<std::string> notes_of(const WorkloadResult& workload, RunOffset zero) {
  const AuditResult& audit = *workload.audit;
  std::vector<std::string> notes;
  add(notes, audit.doubt);
  const LedgerReading* reading = audit.decides ? &audit.readings[*audit.decides].reading : nullptr;
  if (reading != nullptr) {
    const LedgerCounts& counts = reading->counts;
    if (counts.lost > 0) add(notes, lost_in_words(*reading) + ", " + lost_when(*reading, zero));
    if (counts.lost > 0 && counts.acknowledged_present + counts.in_doubt_present == 0)
      add(notes, "not one row of this run is there: was the table emptied or made anew?");
    if (counts.unexpected > 0)
      add(notes, count(counts.unexpected) + " rows are there that no client tried to write");
    if (counts.unreported > 0) {
      add(notes, count(counts.unreported) +
                     " rows are there of a worker that ended before it told what became of them");
    }
  }
  add(notes, weak_in_words(audit, reading == nullptr ? nullptr : &reading->counts));
  add(notes, readings_in_words(audit));
  add(notes, cost_in_words(workload));
  return notes;
}

std::vector<std::string> cells_of(const AuditResult& audit) {
  const auto known = [&](std::uint64_t LedgerCounts::*member) {
    if (!audit.decides) return std::string("?");
    return count(audit.readings[*audit.decides].reading.counts.*member);
  };
  return {count(audit.acknowledged),
          known(&LedgerCounts::lost),
          count(audit.in_doubt),
          known(&LedgerCounts::in_doubt_present),
          count(audit.failed),
          known(&LedgerCounts::phantoms),
          known(&LedgerCounts::duplicates)};
}

}  // namespace

const std::vector<std::string>& ledger_heads() {
  static const std::vector<std::string> heads{
      "acknowledged", "lost", "in doubt", "of these there", "failed", "phantoms", "duplicates"};
  return heads;
}

std::vector<LedgerLine> ledger_lines(const Result& result) {
  std::vector<LedgerLine> lines;
  for (const auto& [group_name, group] : result.groups) {
    for (const auto& [name, workload] : group.workloads) {
      if (!workload.audit) continue;
      lines.push_back({group_name, name, cells_of(*workload.audit),
                       notes_of(workload, time_zero(result)), &*workload.audit});
    }
  }
  return lines;
}

std::string lost_in_words(const LedgerReading& reading) {
  const std::uint64_t lost = reading.counts.lost;
  if (lost == 0) return "no acknowledged write lost";
  return count(lost) + (lost == 1 ? " acknowledged write lost" : " acknowledged writes lost");
}

std::string lost_when(const LedgerReading& reading, RunOffset zero) {
  if (reading.counts.lost == 0) return {};
  return "due between " + offset(reading.lost_from, zero) + " and " + offset(reading.lost_to, zero);
}

}  // namespace loadgen::reports
