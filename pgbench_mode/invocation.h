// pgbench's command line, read as pgbench 15 reads it: same options, same checks in the same
// order, same messages. Options of our own come after.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pgbench_mode/initialise_steps.h"
#include "pgbench_mode/loaded_scripts.h"
#include "pgbench_mode/login.h"
#include "pgbench_mode/script.h"

namespace loadgen::pgbench {

/// "simple", "extended", "prepared".
std::string_view name_of(QueryMode mode);

/// What pgbench has not, as in `loadgen http`. An empty path: not asked for; "-": stdout.
struct OwnOptions {
  std::string json, html, markdown, junit, save;
  std::vector<std::string> checks;
  bool continue_on_error = false;  ///< an SQL error fails its transaction, not its client
  bool operator==(const OwnOptions&) const = default;
};

/// -l and what belongs to it.
struct LogOptions {
  bool enabled = false;
  std::string prefix = "pgbench_log";
  int aggregate_interval_s = 0;  ///< 0: a line per transaction
  double sampling_rate = 0;      ///< in (0, 1]; 0: not given, all are logged
  bool operator==(const LogOptions&) const = default;
};

/// A command line that has passed all checks.
struct Invocation {
  enum class Task {
    run,
    initialise,
    nothing,  ///< --help, --version, -b list, --show-script: it was said, exit 0
  };
  Task task = Task::run;
  Login login;
  InitialiseOptions initialise;

  std::vector<Script> scripts;  ///< in their order; a run has at least one
  bool builtin_used = false;    ///< the scale is to be read from pgbench_branches
  int scale = 1;                ///< -s
  bool scale_given = false;
  std::vector<std::pair<std::string, std::string>> definitions;  ///< -D in order; the last counts

  int clients = 1;
  int threads = 1;       ///< ≤ clients
  int transactions = 0;  ///< per client; 0: duration_s counts
  int duration_s = 0;    ///< 0: transactions counts
  QueryMode query_mode = QueryMode::simple;
  bool connect_per_transaction = false;
  std::optional<double> rate_per_s;   ///< -R
  std::int64_t latency_limit_us = 0;  ///< -L; 0: none
  std::uint32_t max_tries = 1;        ///< 0: any number
  std::uint64_t random_seed = 0;

  bool no_vacuum = false;
  bool vacuum_accounts = false;
  int progress_s = 0;  ///< -P; 0: none
  bool progress_timestamp = false;
  bool report_per_command = false;
  bool failures_detailed = false;
  bool verbose_errors = false;
  int debug = 0;  ///< how often -d was given
  LogOptions log;
  OwnOptions own;
};

/// What a command line is read against, and where to what it says at once goes.
struct Surroundings {
  std::string program = "pgbench";  ///< in front of messages
  std::string version;              ///< after "pgbench (PostgreSQL) "
  std::function<std::optional<std::string>(const std::string&)> environment;
  std::function<std::string()> user_name;  ///< the database's name when nothing else says it
  std::function<std::string(const std::string&)> read_script;  ///< a file, or "-"
  std::uint64_t seed_from_time = 0;    ///< when no seed or "time" is asked for: µs since 1970
  std::uint64_t seed_from_system = 0;  ///< for "rand"
  std::int64_t open_files_limit = 0;   ///< RLIMIT_NOFILE
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
};

/// The surroundings of this process.
Surroundings process_surroundings(const std::string& program, const std::string& version,
                                  std::ostream& out, std::ostream& err);

/// arguments: without the program's name. Scripts are read and parsed on the way, so that the first
/// mistake on the line is the one that is told. Throws Fatal with pgbench's message, which is not
/// printed yet; notes that come before it ("setting random seed to 5") are.
/// Checked against: the installed pgbench, tests/system/pgbench_test.py.
Invocation read_invocation(const std::vector<std::string>& arguments, const Surroundings& around);

/// Throws Fatal, with the option's name and "use pgbench", for what is read but not done:
/// aggregated and sampled logs. For a caller that can't do them.
void refuse_special_logs(const Invocation& invocation);

}  // namespace loadgen::pgbench
