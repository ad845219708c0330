// The table loadgen_ledger of one database: made before the run, read and removed after it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "loadgen/core/ledger.h"

namespace loadgen::pgbench {

/// Makes the table in the first schema of the search path unless one is found there, and tries
/// whether this role can write to it: a row that is rolled back. Rows of earlier runs stay. Throws
/// StatementError, also for a table that a crash would empty. Blocks; each wait has a limit.
void make_ledger(const std::string& dsn);

/// Which server was read. Timelines begin at 1; 0: in recovery, or it would not tell.
struct LedgerServer {
  std::string name;               // "127.0.0.1:5432, PostgreSQL 15.18"
  std::string system_identifier;  // empty: it would not tell
  std::uint32_t timeline = 0;
  bool in_recovery = false;
};

/// Who takes the rows: ascending, all of one run. A row that no client can have written (a value
/// is missing or out of range) is garbled.
struct LedgerReader {
  std::function<void(const LedgerRow&)> row;
  std::function<void()> garbled;
};

/// Reads the rows of `run` through a cursor, in one snapshot. The server sorts; here no more than a
/// few thousand rows are held at a time. Throws StatementError: sqlstate 42P01 when there is no
/// such table. Blocks; each wait has a limit.
LedgerServer read_ledger(const std::string& dsn, const std::string& run,
                         const LedgerReader& reader);

/// What `remove_ledger` has done.
struct LedgerRemoved {
  bool dropped = false;             // else only the run's rows are gone
  std::vector<std::string> others;  // runs whose rows are in the table, too: the first few
};

/// Drops the table, or, while rows of other runs are in it, removes those of `run`. Throws
/// StatementError. Blocks; each wait has a limit.
LedgerRemoved remove_ledger(const std::string& dsn, const std::string& run);

}  // namespace loadgen::pgbench
