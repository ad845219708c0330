// What the clients of one driver came to, in the terms of pgbench's summary and transaction log.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "pgbench_mode/postgres_driver.h"
#include "pgbench_mode/summary.h"

namespace loadgen::pgbench {

/// Everything so far. Times as pgbench takes them: latency from when a transaction was due, lag
/// until it was begun.
struct TallySoFar {
  Tally total;
  std::vector<Tally> scripts;
  std::int64_t above_limit = 0;   // ok, but slower than the limit
  std::int64_t lost = 0;          // to a connection: pgbench's client would have ended with it
  std::int64_t clients_left = 0;  // ended by an error of theirs
  Instant first_due = Instant::max(), last_done = Instant::min();

  TallySoFar& operator+=(const TallySoFar& other);
};

struct TallyOptions {
  std::size_t scripts = 1;
  std::uint64_t clients = 0;          // of this thread
  std::int64_t latency_limit_us = 0;  // 0: none
  std::string log_path;               // empty: no log
  bool throttled = false;             // the log has the schedule's lag
  bool log_tries = false;             // and the retries: --max-tries is not 1
  bool failures_detailed = false;     // the log names the kind of a failure
};

/// `note` is called by the driver's engine thread, `so_far` by any.
class RunTally {
 public:
  /// Throws UserError when the log can't be opened.
  explicit RunTally(TallyOptions options);

  void note(const PostgresOptions::Ended& ended);
  TallySoFar so_far() const;
  /// Of the log: every line has reached its file. After the run.
  bool log_complete();

 private:
  /// Every client has ended by an error.
  bool nobody_is_left() const;
  void log(const PostgresOptions::Ended& ended);

  TallyOptions options_;
  std::ofstream log_;
  std::map<int, std::uint64_t> numbers_;  // transactions by client, for the log
  mutable std::mutex mutex_;
  TallySoFar tally_;
};

}  // namespace loadgen::pgbench
