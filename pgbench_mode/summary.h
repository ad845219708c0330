// What pgbench 15 prints of a run: the summary on stdout, and the progress lines on stderr.
// From plain numbers, which whoever has counted fills in; times are in microseconds as pgbench
// keeps them. Pure.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "pgbench_mode/initialise_steps.h"
#include "pgbench_mode/invocation.h"

namespace loadgen::pgbench {

/// Sums over measured times, in µs; from these come average and standard deviation.
struct TimeSums {
  std::int64_t count = 0;
  double sum_us = 0;
  double squares_us2 = 0;
  double longest_us = 0;

  void add(double us);
  TimeSums& operator+=(const TimeSums& other);
  bool operator==(const TimeSums&) const = default;
};

/// Transactions by their end. All of them = ok + skipped + failed().
struct Tally {
  std::int64_t ok = 0;
  std::int64_t skipped = 0;  ///< with -R and -L: too late to be begun
  std::int64_t serialization_failures = 0;
  std::int64_t deadlock_failures = 0;
  std::int64_t other_failures = 0;  ///< pgbench 15 has none: they abort the client
  std::int64_t retried = 0;         ///< transactions that needed more than one try
  std::int64_t retries = 0;
  TimeSums latency = {};  ///< of the ok ones, from when they were due
  TimeSums lag = {};      ///< of the same, from when they were due until they were begun

  std::int64_t failed() const {
    return serialization_failures + deadlock_failures + other_failures;
  }
  std::int64_t all() const { return ok + skipped + failed(); }
  Tally& operator+=(const Tally& other);
  bool operator==(const Tally&) const = default;
};

/// A line of -r.
struct CommandFigures {
  std::string first_line;
  TimeSums latency;
  std::int64_t failures = 0;
  std::int64_t retries = 0;
};

struct ScriptFigures {
  std::string name;
  int weight = 1;
  Tally tally;  ///< needed with several scripts only
  std::vector<CommandFigures> commands;
};

struct SummaryFigures {
  // As asked for.
  int scale = 1;
  PartitionMethod partition_method = PartitionMethod::none;
  int partitions = 0;
  QueryMode query_mode = QueryMode::simple;
  int clients = 1;
  int threads = 1;
  std::uint32_t max_tries = 1;
  int transactions = 0;  ///< per client; counts when duration_s is 0
  int duration_s = 0;
  bool throttled = false;             ///< -R
  std::int64_t latency_limit_us = 0;  ///< 0: none
  bool progress = false;              ///< -P: latencies were measured
  bool connect_per_transaction = false;
  bool failures_detailed = false;
  bool report_per_command = false;

  // As measured.
  Tally total;
  std::int64_t above_limit = 0;    ///< ok, but slower than latency_limit_us
  std::int64_t run_us = 0;         ///< from when all were connected to the end
  std::int64_t connecting_us = 0;  ///< -C: the sum over all connections; else: until all were there
  std::vector<ScriptFigures> scripts;
};

/// The fields that an invocation decides, and its scripts with all counts 0. scale and partitions
/// are to be set anew when the server was asked.
SummaryFigures summary_of(const Invocation& invocation);

/// From "transaction type: …" to the last line of -r, word for word.
void print_summary(std::ostream& out, const SummaryFigures& figures);

/// A line of -P. `now` and `before`: the counts since the run's start, at this line and at the one
/// before.
struct ProgressFigures {
  Tally now, before;
  std::int64_t interval_us = 0;  ///< between the two
  std::int64_t since_start_us = 0;
  std::int64_t unix_us = 0;  ///< now since 1970, for --progress-timestamp
};

/// "progress: 1.0 s, 1000.0 tps, …".
void print_progress(std::ostream& err, const ProgressFigures& figures,
                    const Invocation& invocation);

}  // namespace loadgen::pgbench
