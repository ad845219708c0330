#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>

#include "loadgen/cli/allowed_targets.h"
#include "loadgen/cli/commands.h"
#include "loadgen/cli/execute.h"
#include "loadgen/cli/version.h"
#include "loadgen/cluster/channel_socket.h"
#include "loadgen/cluster/channel_token.h"
#include "loadgen/cluster/exporter.h"
#include "loadgen/cluster/worker_process.h"

namespace loadgen {

namespace {

struct Flags {
  std::string coordinator, token_file, spool, tls_ca, metrics;
  std::vector<std::string> allow_target;
};

std::string host_name() {
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  return name;
}

/// The index that Kubernetes gives to each pod of an Indexed Job.
std::optional<std::uint32_t> job_index() {
  const char* text = std::getenv("JOB_COMPLETION_INDEX");
  if (text == nullptr || *text == '\0') return std::nullopt;
  std::uint32_t index = 0;
  const std::string_view digits(text);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw UserError("JOB_COMPLETION_INDEX: \"" + std::string(digits) +
                    "\" is no number; it is which worker this is, from 0");
  }
  return index;
}

std::filesystem::path spool_directory(const std::string& given) {
  const std::filesystem::path directory =
      given.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(given);
  std::error_code refused;
  std::filesystem::create_directories(directory, refused);
  if (refused || ::access(directory.c_str(), W_OK | X_OK) != 0)
    throw UserError("--spool: can't write into " + directory.string() + "; choose another one");
  return directory;
}

/// The scenario is known once the first driver of it is made.
DriverFactory describing(DriverFactory factory, RunningTotals& totals) {
  return [factory = std::move(factory), &totals](const DriverSetup& setup) {
    totals.describe(setup.scenario);
    return factory(setup);
  };
}

ExitCode work_for(const Flags& flags) {
  WorkerProcessOptions options;
  std::tie(options.host, options.port) = host_and_port(flags.coordinator, "--coordinator");
  options.token = read_token(flags.token_file);
  options.tls_ca = flags.tls_ca;
  options.spool = spool_directory(flags.spool);
  options.index = job_index();
  options.version = kVersion;
  options.commit = commit_text();
  options.hostname = host_name();
  options.say = [](const std::string& what) { std::cerr << "loadgen: " << what << std::endl; };
  const DriverFactory factory = guarded_factory(flags.allow_target, make_driver);
  if (flags.metrics.empty()) return run_worker_process(options, factory);
  const auto totals = std::make_shared<RunningTotals>();
  const Exporter exporter(flags.metrics, "--metrics", totals);
  options.say("metrics at " + exporter.url());
  options.totals = totals.get();
  return run_worker_process(options, describing(factory, *totals));
}

}  // namespace

void add_worker(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("worker", "Send a share of the load for a coordinator");
  command->add_option("--coordinator", flags->coordinator, "HOST:PORT of `loadgen coordinator`")
      ->required();
  command->add_option("--token-file", flags->token_file, "file with the secret that it knows, too")
      ->required();
  command
      ->add_option("--allow-target", flags->allow_target,
                   "HOST or HOST:PORT that may get load, as the scenario writes it; may be "
                   "repeated; default: whatever the scenario says")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--spool", flags->spool,
                      "directory for what is not delivered yet; default: the system's for "
                      "temporary files");
  command->add_option("--tls-ca", flags->tls_ca,
                      "speak TLS, and believe certificates of these authorities, PEM");
  command->add_option("--metrics", flags->metrics,
                      "HOST:PORT of /metrics for Prometheus: what this worker measures; port 0: "
                      "any");
  command->footer(
      "It never runs commands. Exits 0 when all that it measured stands in the coordinator's "
      "journal, 13 when\nsomething is left in its spool, 14 when it came to no run, 130 when it "
      "was "
      "interrupted.");
  command->callback([flags, &exit_code] { exit_code = work_for(*flags); });
}

}  // namespace loadgen
