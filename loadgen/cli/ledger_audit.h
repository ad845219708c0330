// Reads the ledgers of a run's groups and writes into its journal what was found.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/analysis/run.h"
#include "loadgen/core/ledger_audit.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

struct AuditWish {
  std::filesystem::path journal;
  const Scenario& scenario;             // with its connection strings
  std::string group = {};               // only this one; empty: every group
  std::optional<std::string> dsn = {};  // in place of the group's own
  Duration patience{0};                 // how long to wait for a server that takes writes
  bool drop = false;                    // then remove the ledger of each group that was read
};

/// Whether a workload of the scenario leaves rows in a ledger. Pure.
bool is_audited(const Scenario& scenario);

/// Reads each group's ledger, compares it with the journal's, and appends what was found, or why a
/// group's could not be read. While a server is away or in recovery it is tried again until the
/// patience ends or Ctrl-C (or SIGTERM) comes: see note_interruptions. Says on `err` what it
/// does. Throws UserError when the journal can't be read, another process works on it, or a
/// connection string is none. Blocks; each wait has a limit.
std::vector<LedgerAudit> audit_ledgers(const AuditWish& wish, std::ostream& err);

/// 10 when acknowledged writes are lost, or there are duplicates or phantoms; 12 when one of the
/// audits could not be made or leaves a doubt (a standby that lacks rows, a worker that did not
/// tell all); else 0. Pure.
ExitCode exit_code_of(const Run& run, const std::vector<LedgerAudit>& audits);

}  // namespace loadgen
