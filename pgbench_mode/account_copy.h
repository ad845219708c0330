// The COPY of `pgbench -i`, by libpq: libpqxx's stream_to can't say FREEZE.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>

#include "pgbench_mode/initialise.h"
#include "pgbench_mode/login.h"

namespace loadgen::pgbench {

/// Decides when the COPY says how far it is, and says it: each 100,000 rows, or, when quiet, each
/// 5 s and at the end. Pure but for the stream.
class CopyProgress {
 public:
  CopyProgress(std::int64_t rows, bool quiet, bool on_terminal, std::ostream& err);

  /// `done` rows were handed over after `elapsed`. To be called at least each 100 rows when quiet
  /// and at each 100,000th when not.
  void rows_done(std::int64_t done, std::chrono::microseconds elapsed);
  /// After the last row: leaves the line that a terminal's progress stays on.
  void finish();

 private:
  void say(std::int64_t done, double elapsed_s);

  std::int64_t rows_;
  bool quiet_, on_terminal_;
  std::ostream* err_;
  int interval_ = 1;            ///< the next report when quiet is due after this many times 5 s
  std::size_t last_width_ = 0;  ///< of the last line, which a shorter one must blot out
};

/// Fills pgbench_branches, pgbench_tellers and pgbench_accounts in one transaction, what was in
/// them thrown away. Leaves `connection` blocking as it was. Throws Fatal.
void generate_by_copy(PGconn* connection, const InitialiseRun& run, std::ostream& err,
                      bool on_terminal);

}  // namespace loadgen::pgbench
