#include "loadgen/cli/pgbench.h"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "loadgen/analysis/analyse.h"
#include "loadgen/cli/execute.h"
#include "loadgen/cli/outputs.h"
#include "loadgen/cli/pgbench_scenario.h"
#include "loadgen/cli/toml_text.h"
#include "loadgen/cli/version.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/typed_text.h"
#include "pgbench_mode/initialise.h"
#include "pgbench_mode/preparation.h"
#include "pgbench_mode/run_tally.h"
#include "reports/render.h"

namespace loadgen {
namespace {

using namespace pgbench;

constexpr const char* kProgram = "pgbench";
constexpr int kRefused = 1, kIncomplete = 2;

std::int64_t whole_microseconds(Duration d) {
  return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

/// What the drivers of a run tell while it lasts: counts, messages, the log.
class Listener {
 public:
  /// Throws UserError when a log can't be opened.
  explicit Listener(const Invocation& invocation) : invocation_(invocation) {
    for (int thread = 0; thread < invocation.threads; ++thread)
      tallies_.push_back(std::make_unique<RunTally>(tally_options(thread)));
  }

  /// Called on each worker's thread.
  PostgresOptions options_for(const DriverSetup& setup) {
    PostgresOptions options;
    options.scripts = invocation_.scripts;
    options.verbose = invocation_.verbose_errors;
    options.leave_after_script_error = true;  // --continue-on-error is of SQL errors
    options.say = [this](const MessageLine& line) { say(message_text(kProgram, {line})); };
    options.debug = [this](const std::string& line) { say(line + "\n"); };
    options.ended = [tally = tallies_.at(setup.share.index).get()](
                        const PostgresOptions::Ended& ended) { tally->note(ended); };
    return options;
  }

  TallySoFar so_far() const {
    TallySoFar sum;
    sum.scripts.resize(invocation_.scripts.size());
    for (const auto& tally : tallies_) sum += tally->so_far();
    return sum;
  }

  bool logs_complete() {
    return std::all_of(tallies_.begin(), tallies_.end(),
                       [](const auto& tally) { return tally->log_complete(); });
  }

  void say(const std::string& text) {
    const std::lock_guard lock(mutex_);
    std::cerr << text << std::flush;
  }

 private:
  TallyOptions tally_options(int thread) const {
    TallyOptions options;
    options.scripts = invocation_.scripts.size();
    options.clients = part_of(
        static_cast<std::uint64_t>(invocation_.clients),
        {static_cast<std::uint32_t>(thread), static_cast<std::uint32_t>(invocation_.threads)});
    options.latency_limit_us = invocation_.latency_limit_us;
    options.throttled = invocation_.rate_per_s.has_value();
    options.log_tries = invocation_.max_tries != 1;
    options.failures_detailed = invocation_.failures_detailed;
    if (invocation_.log.enabled) {
      options.log_path = invocation_.log.prefix + "." + std::to_string(getpid());
      if (thread > 0) options.log_path += "." + std::to_string(thread);
    }
    return options;
  }

  const Invocation& invocation_;
  std::mutex mutex_;                                // of stderr
  std::vector<std::unique_ptr<RunTally>> tallies_;  // by thread
};

/// The lines of -P, from a thread of their own.
class ProgressLines {
 public:
  ProgressLines(const Invocation& invocation, Listener& listener)
      : invocation_(invocation), listener_(listener) {
    if (invocation.progress_s > 0) thread_ = std::thread([this] { print(); });
  }
  ~ProgressLines() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  ProgressLines(const ProgressLines&) = delete;
  ProgressLines& operator=(const ProgressLines&) = delete;

 private:
  void print() {
    const auto every = std::chrono::seconds(invocation_.progress_s);
    TallySoFar before;
    Instant begun = Instant::max(), last{}, next{};
    std::unique_lock lock(mutex_);
    // Looked at once more when the run is over: the last line is due at that very instant.
    for (bool over = false; !over;) {
      over = changed_.wait_for(lock, std::chrono::milliseconds(10), [this] { return over_; });
      const Instant now = Clock::now();
      TallySoFar so_far = listener_.so_far();
      if (begun == Instant::max()) {
        if (so_far.first_due == Instant::max()) continue;
        begun = last = so_far.first_due;
        next = begun + every;
      }
      if (now < next) continue;
      ProgressFigures figures;
      figures.before = before.total;
      figures.now = so_far.total;
      figures.interval_us = whole_microseconds(now - last);
      figures.since_start_us = whole_microseconds(now - begun);
      figures.unix_us = std::chrono::duration_cast<std::chrono::microseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count();
      print_progress(std::cerr, figures, invocation_);
      std::cerr << std::flush;
      before = std::move(so_far);
      last = now;
      while (next <= now) next += every;
    }
  }

  const Invocation& invocation_;
  Listener& listener_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

/// Of the connections: with -C the time of all together, else about how long until all were there.
std::int64_t connecting_us(const Invocation& invocation, const PhaseFigures& totals) {
  double us = 0;
  for (const char* stage : {"resolve", "connect", "authenticate"}) {
    const auto found = totals.stages.find(stage);
    if (found == totals.stages.end()) continue;
    if (invocation.connect_per_transaction)
      us += found->second.mean.value_or(0) * static_cast<double>(totals.tally.connects_ok);
    else
      us += static_cast<double>(found->second.max.value_or(0));
  }
  return static_cast<std::int64_t>(us);
}

SummaryFigures figures_of(const Invocation& invocation, const Preparation& prepared,
                          const TallySoFar& tally, const WorkloadResult& workload, bool aborted) {
  SummaryFigures figures = summary_of(invocation);
  figures.scale = prepared.scale;
  figures.partition_method = prepared.partition_method;
  figures.partitions = prepared.partitions;
  figures.total = tally.total;
  figures.above_limit = tally.above_limit;
  if (tally.last_done > tally.first_due)
    figures.run_us = whole_microseconds(tally.last_done - tally.first_due);
  // Seconds in which nothing was answered any more belong to a run that was not broken off.
  if (!aborted)
    figures.run_us = std::max(figures.run_us, std::int64_t{invocation.duration_s} * 1'000'000);
  figures.connecting_us = connecting_us(invocation, workload.totals);
  for (std::size_t i = 0; i < figures.scripts.size(); ++i)
    figures.scripts[i].tally = tally.scripts[i];
  for (const StatementResult& statement : workload.statements) {
    const auto script = std::find(workload.operation_names.begin(), workload.operation_names.end(),
                                  statement.operation);
    const auto at = static_cast<std::size_t>(script - workload.operation_names.begin());
    if (at >= figures.scripts.size() || statement.place >= figures.scripts[at].commands.size())
      continue;
    CommandFigures& command = figures.scripts[at].commands[statement.place];
    for (const StatementFigures& phase : statement.phases) {
      command.latency.count += static_cast<std::int64_t>(phase.count);
      command.latency.sum_us += phase.took.mean.value_or(0) * static_cast<double>(phase.count);
      command.failures += static_cast<std::int64_t>(phase.failed);
      command.retries += static_cast<std::int64_t>(phase.retried);
    }
  }
  return figures;
}

/// conninfo: where it will connect to; of what is not known yet any text does.
Execution execution_of(const Invocation& invocation,
                       const std::map<std::string, std::string>& texts,
                       const std::string& conninfo) {
  Execution execution;
  std::map<std::string, std::string> files;
  execution.text = pgbench_scenario(invocation, texts, files);
  ScenarioSource source;
  source.text = execution.text;
  source.environment = [&conninfo](const std::string& name) {
    return name == kPgbenchDsn ? std::optional(conninfo) : process_environment(name);
  };
  source.file = [&files](const std::string& path) -> std::optional<std::string> {
    const auto found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  };
  std::vector<TypedText> typed;
  for (const std::string& check : invocation.own.checks)
    typed.push_back({"--check", check, toml_string(check)});
  execution.scenario = parse_typed_scenario(source, typed);
  execution.workers = static_cast<std::uint32_t>(invocation.threads);
  execution.seed = invocation.random_seed;
  if (invocation.rate_per_s && invocation.transactions > 0) {
    execution.max_requests = static_cast<std::uint64_t>(invocation.transactions) *
                             static_cast<std::uint64_t>(invocation.clients);
  }
  execution.quick = true;
  execution.progress = ProgressMode::none;
  return execution;
}

void save(const std::string& path, const std::string& text) {
  if (path.empty()) return;
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw UserError("--save: can't write " + path);
  std::cerr << "scenario written to " << path << "; run it with: " << kPgbenchDsn
            << "=… loadgen run " << path << '\n';
}

int run(Invocation& invocation, const std::map<std::string, std::string>& texts) {
  LoadedScripts(invocation.scripts, invocation.query_mode);  // for what can't be run
  execution_of(invocation, texts, "dbname=unknown");         // for mistakes in --check
  ConnectOptions connect;
  connect.ask_password = ask_password_on_terminal;
  const Preparation prepared =
      prepare_run(invocation, connect, {kProgram, kVersion, std::cout, std::cerr});
  std::cout << std::flush;
  invocation.scale = prepared.scale;
  setenv(kPgbenchDsn, prepared.conninfo.c_str(), 1);
  Execution execution = execution_of(invocation, texts, prepared.conninfo);
  save(invocation.own.save, execution.text);
  const ScratchDirectory scratch;
  execution.directory = scratch.path();
  Listener listener(invocation);
  execution.driver = [&listener](const DriverSetup& setup) {
    return make_postgres_driver(setup, listener.options_for(setup));
  };
  Executed executed;
  {
    const ProgressLines progress(invocation, listener);
    executed = execute(execution);
  }
  if (!executed.result) {
    return executed.exit == ExitCode::interrupted ? static_cast<int>(ExitCode::interrupted)
                                                  : kRefused;
  }
  const TallySoFar tally = listener.so_far();
  const WorkloadResult& workload = executed.result->groups.at(0).second.workloads.at(0).second;
  const OutputPaths paths{invocation.own.json,
                          invocation.own.html,
                          invocation.own.markdown,
                          invocation.own.junit,
                          "",
                          ""};
  const bool to_stdout =
      paths.json == "-" || paths.html == "-" || paths.markdown == "-" || paths.junit == "-";
  if (!to_stdout) {
    print_summary(std::cout,
                  figures_of(invocation, prepared, tally, workload, executed.result->aborted));
    std::cout << reports::quick_summary_below(*executed.result) << std::flush;
  }
  write_outputs(*executed.result, paths);
  if (!listener.logs_complete())
    throw UserError("the transaction log could not be written", ExitCode::internal_error);
  if (executed.exit) return static_cast<int>(*executed.exit);
  if (tally.clients_left > 0) {
    listener.say(message_text(kProgram,
                              {{"error: ", "Run was aborted; the above results are incomplete."}}));
  }
  if (!invocation.own.checks.empty()) return static_cast<int>(exit_code_of(*executed.result));
  return tally.clients_left > 0 || tally.lost > 0 ? kIncomplete : 0;
}

}  // namespace

int pgbench_main(const std::vector<std::string>& arguments) {
  try {
    std::map<std::string, std::string> texts;
    Surroundings around = process_surroundings(kProgram, kVersion, std::cout, std::cerr);
    around.read_script = [&texts, read = around.read_script](const std::string& name) {
      return texts[name] = read(name);
    };
    Invocation invocation = read_invocation(arguments, around);
    refuse_special_logs(invocation);
    switch (invocation.task) {
      case Invocation::Task::nothing:
        return 0;
      case Invocation::Task::initialise: {
        InitialiseRun initialisation;
        initialisation.options = invocation.initialise;
        initialisation.connect.ask_password = ask_password_on_terminal;
        initialise(invocation.login, initialisation, std::cerr, isatty(STDERR_FILENO) == 1);
        return 0;
      }
      case Invocation::Task::run:
        return run(invocation, texts);
    }
  } catch (const Fatal& fatal) {
    std::cout << std::flush;
    std::cerr << message_text(kProgram, fatal.lines());
    return kRefused;
  } catch (const UserError& mistake) {
    std::cout << std::flush;
    std::cerr << kProgram << ": error: " << mistake.what() << '\n';
    return kRefused;
  }
  return kRefused;
}

}  // namespace loadgen
