#include "pgbench_mode/invocation.h"

#include <pwd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ostream>
#include <random>

#include "pgbench_mode/builtin_scripts.h"
#include "pgbench_mode/invocation_help.h"
#include "pgbench_mode/invocation_options.h"
#include "pgbench_mode/message.h"
#include "pgbench_mode/script_error.h"

namespace loadgen::pgbench {

namespace {

constexpr int kDefaultTransactions = 10;

[[noreturn]] void refuse(const std::string& text) { throw fatal({.error = text}); }

std::string try_help(const Surroundings& around) {
  return "Try \"" + around.program + " --help\" for more information.";
}

/// Help and version are known as the first argument only, as in pgbench.
bool said_at_once(const std::vector<std::string>& arguments, const Surroundings& around) {
  if (arguments.empty()) return false;
  const std::string& first = arguments.front();
  if (first == "--help" || first == "-?")
    *around.out << help_text(around.program);
  else if (first == "--version" || first == "-V")
    *around.out << "pgbench (PostgreSQL) " << around.version << '\n';
  else
    return false;
  return true;
}

std::string database_name(const Surroundings& around) {
  for (const char* variable : {"PGDATABASE", "PGUSER"})
    if (const auto value = around.environment(variable); value && !value->empty()) return *value;
  return around.user_name();
}

void take_database(const std::vector<std::string>& operands, InvocationDraft& draft,
                   const Surroundings& around) {
  Login& login = draft.invocation.login;
  login.application = around.program;
  login.database = operands.empty() ? database_name(around) : operands.front();
  if (operands.size() > 1)
    throw fatal({.error = "too many command-line arguments (first is \"" + operands[1] + "\")",
                 .hint = try_help(around)});
}

void complete_scripts(InvocationDraft& draft) {
  Invocation& run = draft.invocation;
  if (run.scripts.empty() && !draft.initialise) {
    add_builtin("tpcb-like", 1, draft);
    draft.benchmark_option = true;
  }
  if (run.query_mode != QueryMode::simple)
    for (const Script& script : run.scripts) require_parameters_fit(script);
  if (!draft.initialise) require_usable(run.scripts);
  run.threads = std::min(run.threads, run.clients);
}

void check_initialise(InvocationDraft& draft) {
  if (draft.benchmark_option)
    refuse("some of the specified options cannot be used in initialization (-i) mode");
  Invocation& run = draft.invocation;
  InitialiseOptions& tables = run.initialise;
  if (tables.partitions == 0 && tables.partition_method != PartitionMethod::none)
    refuse("--partition-method requires greater than zero --partitions");
  if (tables.partitions > 0 && tables.partition_method == PartitionMethod::none)
    tables.partition_method = PartitionMethod::range;
  if (draft.steps) tables.steps = *draft.steps;
  if (run.no_vacuum) std::replace(tables.steps.begin(), tables.steps.end(), 'v', ' ');
  if (draft.foreign_keys && tables.steps.find('f') == std::string::npos) tables.steps += 'f';
  tables.scale = run.scale;
  run.task = Invocation::Task::initialise;
}

void check_log(const InvocationDraft& draft) {
  const Invocation& run = draft.invocation;
  const int interval_s = run.log.aggregate_interval_s;
  const bool sampled = run.log.sampling_rate > 0;
  if (sampled && !run.log.enabled)
    refuse("log sampling (--sampling-rate) is allowed only when logging transactions (-l)");
  if (sampled && interval_s > 0)
    refuse(
        "log sampling (--sampling-rate) and aggregation (--aggregate-interval) cannot be used at "
        "the same time");
  if (interval_s > 0 && !run.log.enabled)
    refuse("log aggregation is allowed only when actually logging transactions");
  if (draft.log_prefix && !run.log.enabled)
    refuse("log file prefix (--log-prefix) is allowed only when logging transactions (-l)");
  if (run.duration_s == 0 || interval_s == 0) return;
  const std::string duration = std::to_string(run.duration_s);
  const std::string interval = std::to_string(interval_s);
  if (interval_s > run.duration_s)
    refuse("number of seconds for aggregation (" + interval +
           ") must not be higher than test duration (" + duration + ")");
  if (run.duration_s % interval_s != 0)
    refuse("duration (" + duration + ") must be a multiple of aggregation interval (" + interval +
           ")");
}

void check_run(InvocationDraft& draft) {
  if (draft.initialise_option)
    refuse("some of the specified options cannot be used in benchmarking mode");
  Invocation& run = draft.invocation;
  if (run.transactions > 0 && run.duration_s > 0)
    refuse("specify either a number of transactions (-t) or a duration (-T), not both");
  if (run.transactions == 0 && run.duration_s == 0) run.transactions = kDefaultTransactions;
  check_log(draft);
  if (draft.log_prefix) run.log.prefix = *draft.log_prefix;
  if (run.progress_timestamp && run.progress_s == 0)
    refuse("--progress-timestamp is allowed only under --progress");
  if (run.max_tries == 0 && run.latency_limit_us == 0 && run.duration_s == 0)
    refuse(
        "an unlimited number of transaction tries can only be used with --latency-limit or a "
        "duration (-T)");
}

/// getopt complains in words of its own, and pgbench adds the hint.
std::optional<FoundOption> next_option(OptionScan& scan, const Surroundings& around) {
  try {
    return scan.next();
  } catch (const Fatal& complaint) {
    std::vector<MessageLine> lines = complaint.lines();
    lines.push_back({"hint: ", try_help(around)});
    throw Fatal(std::move(lines));
  }
}

Invocation read(const std::vector<std::string>& arguments, const Surroundings& around) {
  InvocationDraft draft;
  Invocation& invocation = draft.invocation;
  invocation.random_seed = around.seed_from_time;
  if (const auto seed = around.environment("PGBENCH_RANDOM_SEED"))
    set_random_seed(*seed, "PGBENCH_RANDOM_SEED environment variable", invocation, around);
  OptionScan scan(option_forms(), arguments, around.environment("POSIXLY_CORRECT").has_value());
  while (const auto option = next_option(scan, around)) {
    apply_option(*option, draft, around);
    if (invocation.task == Invocation::Task::nothing) return invocation;
  }
  complete_scripts(draft);
  take_database(scan.operands(), draft, around);
  if (draft.initialise)
    check_initialise(draft);
  else
    check_run(draft);
  return invocation;
}

}  // namespace

std::string_view name_of(QueryMode mode) {
  switch (mode) {
    case QueryMode::simple:
      return "simple";
    case QueryMode::extended:
      return "extended";
    case QueryMode::prepared:
      break;
  }
  return "prepared";
}

Invocation read_invocation(const std::vector<std::string>& arguments, const Surroundings& around) {
  if (said_at_once(arguments, around)) {
    Invocation said;
    said.task = Invocation::Task::nothing;
    return said;
  }
  try {
    return read(arguments, around);
  } catch (const ScriptError& error) {
    // Its text is without the last newline, which is a blank line after the list of built-ins.
    throw fatal({.error = error.what() + std::string("\n")});
  }
}

void refuse_special_logs(const Invocation& invocation) {
  for (const auto& [asked_for, option] :
       {std::pair(invocation.log.aggregate_interval_s > 0, "--aggregate-interval"),
        std::pair(invocation.log.sampling_rate > 0, "--sampling-rate")})
    if (asked_for)
      refuse(std::string("loadgen writes each transaction to the log and has no ") + option +
             ": use pgbench for it");
}

Surroundings process_surroundings(const std::string& program, const std::string& version,
                                  std::ostream& out, std::ostream& err) {
  Surroundings around;
  around.program = program;
  around.version = version;
  around.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
  around.user_name = []() -> std::string {
    const passwd* user = ::getpwuid(::geteuid());
    if (user == nullptr)
      refuse("could not look up effective user ID " + std::to_string(::geteuid()) +
             ": user does not exist");
    return user->pw_name;
  };
  around.read_script = read_script_file;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  around.seed_from_time = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(now).count());
  std::random_device device;
  around.seed_from_system = (std::uint64_t{device()} << 32) | device();
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0)
    around.open_files_limit = static_cast<std::int64_t>(
        std::min<rlim_t>(files.rlim_cur, std::numeric_limits<std::int64_t>::max()));
  around.out = &out;
  around.err = &err;
  return around;
}

}  // namespace loadgen::pgbench
