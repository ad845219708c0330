// The ledger of acknowledged writes in words and cells, for every renderer.
#pragma once

#include <string>
#include <vector>

#include "loadgen/core/result.h"

namespace loadgen::reports {

/// One audited workload of one group. Nothing is escaped.
struct LedgerLine {
  std::string group, workload;
  std::vector<std::string> cells;  // as many as ledger_heads()
  std::vector<std::string> notes;  // sentences without full stops
  const AuditResult* audit = nullptr;
};

/// "acknowledged", "lost", "in doubt", …: headings of LedgerLine::cells.
const std::vector<std::string>& ledger_heads();
/// Every audited workload, control first. Borrows the result.
std::vector<LedgerLine> ledger_lines(const Result& result);
/// "37 lost", "none lost", "lost: not known": of one reading. Pure.
std::string lost_in_words(const LedgerReading& reading);
/// "due between +1.2 s and +3.4 s" from time zero; empty when nothing was lost. Pure.
std::string lost_when(const LedgerReading& reading, RunOffset zero);

}  // namespace loadgen::reports
