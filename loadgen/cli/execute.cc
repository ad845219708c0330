#include "loadgen/cli/execute.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <ctime>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <regex>
#include <thread>

#include "loadgen/analysis/analyse.h"
#include "loadgen/cli/databases.h"
#include "loadgen/cli/exposition.h"
#include "loadgen/cli/ledger_audit.h"
#include "loadgen/cli/progress.h"
#include "loadgen/cli/servers.h"
#include "loadgen/cli/version.h"
#include "loadgen/cluster/coordinator.h"
#include "loadgen/cluster/remote_workers.h"
#include "loadgen/cluster/worker.h"
#include "loadgen/drive/http_driver.h"
#include "loadgen/experiment/conductor.h"
#include "loadgen/experiment/interruption.h"
#include "pgbench_mode/postgres_driver.h"
#include "pgbench_mode/workload_scripts.h"

namespace loadgen {

std::unique_ptr<Driver> make_driver(const DriverSetup& setup) {
  if (setup.scenario.workloads[setup.workload].kind == WorkloadKind::pgbench)
    return pgbench::make_postgres_driver(setup);
  return std::make_unique<HttpDriver>(setup);
}

namespace {

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0 && line.find(": ") != std::string::npos) {
      return line.substr(line.find(": ") + 2);
    }
  }
  return "unknown";
}

std::map<std::string, std::string> environment_of_this_machine() {
  utsname name{};
  uname(&name);
  const auto pages = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES));
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGE_SIZE));
  return {{"host", name.nodename},
          {"kernel", std::string(name.sysname) + " " + name.release},
          {"machine", name.machine},
          {"cpu", cpu_model()},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"memory_mib", std::to_string(pages * page / (1024 * 1024))},
          {"compiler", compiler_text()}};
}

/// The values of every ${NAME} in the text, for the workers: they parse the same text without our
/// environment.
std::map<std::string, std::string> environment_used(const std::string& text,
                                                    const std::vector<std::string>& overrides) {
  std::map<std::string, std::string> used;
  static const std::regex kName(R"(\$\{([A-Za-z_][A-Za-z0-9_]*)\})");
  const auto look = [&](const std::string& in) {
    for (std::sregex_iterator at(in.begin(), in.end(), kName), end; at != end; ++at) {
      if (const auto value = process_environment((*at)[1])) used[(*at)[1]] = *value;
    }
  };
  look(text);
  for (const std::string& one : overrides) look(one);
  return used;
}

RunHeader header_of(const Execution& execution, const std::string& run_id, std::uint64_t seed) {
  RunHeader header;
  header.run_id = run_id;
  header.scenario_path = execution.path;
  header.scenario_text = execution.text;
  header.overrides = execution.overrides;
  header.seed = seed;
  header.tool_version = kVersion;
  header.tool_commit = commit_text();
  header.tool_build = build_text();
  header.environment = environment_of_this_machine();
  header.statements = pgbench::statement_names(execution.scenario);
  header.forced = execution.force;
  header.quick = execution.quick;
  return header;
}

/// Certificates and keys of the targets, for workers that have no such files.
void add_tls_files(const Scenario& scenario, std::map<std::string, std::string>& files) {
  for (const Group& group : scenario.groups) {
    for (const std::string& path : {group.tls.ca, group.tls.cert, group.tls.key}) {
      if (path.empty()) continue;
      const auto content = read_whole_file(path);
      if (!content) throw UserError("tls: can't read " + path + ", which the workers need");
      files[path] = *content;
    }
  }
}

Assign assignment_of(const Execution& execution, const std::string& run_id, std::uint64_t seed) {
  Assign assign;
  assign.run_id = run_id;
  assign.seed = seed;
  assign.scenario_text = execution.text;
  assign.scenario_path = execution.path;
  assign.overrides = execution.overrides;
  assign.environment = environment_used(execution.text, execution.overrides);
  assign.files = execution.scenario.files;
  if (execution.hosting) add_tls_files(execution.scenario, assign.files);
  assign.preflight = execution.preflight;
  assign.max_requests = execution.max_requests;
  return assign;
}

/// The workers of a local run: a thread each, at the other ends of the coordinator's channels.
class LocalWorkers {
 public:
  LocalWorkers(Coordinator& coordinator, std::uint32_t count, const DriverFactory& factory) {
    for (std::uint32_t i = 0; i < count; ++i) {
      auto [here, there] = Channel::pair();
      coordinator.add_worker(std::move(here));
      threads_.emplace_back([channel = std::move(there), factory]() mutable {
        // Signals are the conductor's; a load thread that took one would lose time.
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        work(std::move(channel), factory);
      });
    }
  }
  /// The coordinator must be gone by now: that is what ends a worker that still waits.
  void join() {
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::vector<std::thread> threads_;
};

}  // namespace

std::string new_run_id() {
  const std::time_t now = std::time(nullptr);
  char text[32];
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc);
  char random[8];
  std::snprintf(random, sizeof random, "%06x", std::random_device{}() & 0xffffffU);
  return std::string(text) + "-" + random;
}

ExitCode Leniency::soften(ExitCode code) const {
  const bool soft = (code == ExitCode::degraded && degraded_passes) ||
                    (code == ExitCode::inconclusive && inconclusive_passes) ||
                    (exit_zero && (code == ExitCode::failed || code == ExitCode::degraded ||
                                   code == ExitCode::inconclusive || code == ExitCode::invalid));
  return soft ? ExitCode::pass : code;
}

namespace {

/// What `conduct` said, and where its journal is.
struct Conducted {
  ConductEnd end;
  std::filesystem::path journal;
};

/// Makes the directory of the run.
void make_directory(const Execution& execution) {
  std::error_code refused;
  std::filesystem::create_directories(execution.directory, refused);
  if (refused) {
    throw UserError("can't make the directory " + execution.directory.string() + ": " +
                    refused.message() + "; choose another one");
  }
}

RemoteWorkers::Options remote_options(const Execution& execution) {
  const Hosting& hosting = *execution.hosting;
  RemoteWorkers::Options options;
  options.host = hosting.host;
  options.port = hosting.port;
  options.token = hosting.token;
  options.tls_cert = hosting.tls_cert;
  options.tls_key = hosting.tls_key;
  options.workers = hosting.processes;
  options.threads = execution.workers / hosting.processes;
  options.version = kVersion;
  options.commit = commit_text();
  options.say = [](const std::string& what) { std::cerr << "loadgen: " << what << std::endl; };
  return options;
}

/// What the workers are told at the end.
Done farewell_of(const ConductEnd& end) {
  return {end.started, end.started && !end.aborted ? "" : end.reason};
}

/// Where a run's workers are: threads of this process, or whoever joins.
class Workforce {
 public:
  Workforce(boost::asio::io_context& io, Coordinator& coordinator, const Execution& execution,
            const DriverFactory& factory)
      : io_(io) {
    if (!execution.hosting) {
      local_.emplace(coordinator, execution.workers, factory);
      return;
    }
    remote_.emplace(io, coordinator, remote_options(execution));
    std::cerr << "loadgen: waiting for " << execution.hosting->processes << " workers on "
              << execution.hosting->host << ":" << remote_->port() << std::endl;
  }
  /// The run is over. From the io_context's thread.
  void dismiss(const ConductEnd& end) {
    if (!remote_) return;
    if (const std::string refused = remote_->refusals().text(); !refused.empty())
      std::cerr << "loadgen: refused connections: " << refused << '\n';
    boost::asio::co_spawn(io_, remote_->dismiss(farewell_of(end)),
                          [](const std::exception_ptr& thrown) {
                            if (thrown) std::rethrow_exception(thrown);
                          });
  }
  /// The coordinator must be gone by now: that is what ends a thread that still waits.
  void join() {
    if (local_) local_->join();
  }

 private:
  boost::asio::io_context& io_;
  std::optional<LocalWorkers> local_;
  std::optional<RemoteWorkers> remote_;
};

Conducted conduct_here(const Execution& execution, bool preflight_only, Exposition* exposition) {
  const std::uint64_t seed = execution.seed ? *execution.seed : std::random_device{}();
  const DriverFactory factory = execution.driver ? execution.driver : DriverFactory(make_driver);
  ConductOptions options;
  options.run_id = new_run_id();
  options.assign = assignment_of(execution, options.run_id, seed);
  options.force = execution.force;
  options.preflight_only = preflight_only;
  options.resume = execution.hosting && execution.hosting->resume;
  options.driver = factory;
  // The connections of a quick run are those that were asked for, and no others.
  const bool sampled = !execution.quick && !preflight_only;
  const ServerWatch servers = sampled ? watch_of(execution.scenario) : ServerWatch{};
  options.servers = servers;
  make_directory(execution);

  boost::asio::io_context io;
  // One that is resumed has its header in the journal.
  RunHeader header;
  if (!options.resume) header = header_of(execution, options.run_id, seed);
  auto coordinator = std::make_unique<Coordinator>(io, execution.directory, std::move(header));
  if (exposition != nullptr) coordinator->count_into(exposition->totals());
  auto workforce = std::make_unique<Workforce>(io, *coordinator, execution, factory);
  Progress progress(io, execution.scenario, *coordinator,
                    preflight_only ? ProgressMode::none : execution.progress);
  Conducted conducted;
  std::exception_ptr broken;
  boost::asio::co_spawn(io, conduct(execution.scenario, *coordinator, std::move(options)),
                        [&](const std::exception_ptr& thrown, ConductEnd how) {
                          broken = thrown;
                          conducted.end = std::move(how);
                          progress.stop();
                          workforce->dismiss(conducted.end);
                        });
  io.run();
  conducted.journal = coordinator->journal_path();
  coordinator.reset();
  workforce->join();
  if (broken) std::rethrow_exception(broken);
  for (const std::string& finding : conducted.end.findings) {
    std::cerr << "loadgen: " << finding << '\n';
  }
  if (!conducted.end.started && !conducted.end.reason.empty()) {
    std::cerr << "loadgen: " << conducted.end.reason << '\n';
  }
  return conducted;
}

/// How long the ledger of a server that is still down is waited for after the run.
constexpr Duration kLedgerPatience = std::chrono::seconds(30);

/// A run whose ledger can't be read still has its report, which says so.
void audit_after(const Scenario& scenario, const std::filesystem::path& journal) {
  try {
    audit_ledgers({.journal = journal, .scenario = scenario, .patience = kLedgerPatience},
                  std::cerr);
  } catch (const std::exception& failure) {
    std::cerr << "loadgen: the ledger was not read: " << failure.what() << '\n';
  }
}

}  // namespace

Executed execute(const Execution& execution) {
  Executed executed;
  if (interruption_noted()) {  // after the run before this one
    executed.exit = ExitCode::interrupted;
    return executed;
  }
  executed.exposition =
      Exposition::of(execution.scenario);  // an address that is taken is told first
  // A run that is resumed has its databases in use.
  if (!execution.hosting || !execution.hosting->resume) {
    prepare_databases(execution.scenario, std::cerr);
    if (execution.preflight && !execution.quick) check_servers(execution.scenario, std::cerr);
  }
  const Conducted conducted = conduct_here(execution, false, executed.exposition.get());
  executed.exit = conducted.end.forced_exit;
  if (!conducted.end.started) {
    if (!executed.exit) executed.exit = ExitCode::internal_error;
    return executed;
  }
  if (!conducted.end.skip_report && is_audited(execution.scenario))
    audit_after(execution.scenario, conducted.journal);
  if (!conducted.end.skip_report) executed.result = analyse(read_run(conducted.journal));
  return executed;
}

ExitCode preflight(const Execution& execution) {
  check_servers(execution.scenario, std::cerr);
  return conduct_here(execution, true, nullptr).end.forced_exit.value_or(ExitCode::pass);
}

}  // namespace loadgen
