#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "loadgen/cli/commands.h"
#include "loadgen/cli/open_files.h"
#include "loadgen/cli/run_flags.h"
#include "loadgen/cluster/channel_socket.h"
#include "loadgen/cluster/channel_token.h"
#include "loadgen/core/journal.h"
#include "loadgen/core/run_record.h"

namespace loadgen {

namespace {

struct Flags {
  RunFlags run;
  std::string listen, token_file, resume, tls_cert, tls_key;
  std::uint32_t workers = 0;
};

RunHeader header_in(const std::filesystem::path& journal) {
  RunHeader header;
  read_journal(journal, [&](RecordKind kind, std::string_view body) {
    if (kind == RecordKind::header) header = decode_header(body);
  });
  if (header.run_id.empty()) {
    throw UserError(journal.string() +
                    ": the journal holds no header: the run did not begin, so begin it anew");
  }
  return header;
}

/// The same plan as before, or the shares would not be those that the workers have.
void go_on_with(const std::string& directory, Execution& execution) {
  const RunHeader header = header_in(std::filesystem::path(directory) / "journal");
  if (header.scenario_text != execution.text || header.overrides != execution.overrides) {
    throw UserError("--resume: " + directory + " is a run of another scenario than " +
                    execution.path + ", or of this one with other values of --set");
  }
  execution.seed = header.seed;
  execution.force = header.forced;
  execution.directory = directory;
}

/// Whoever can read along has the token, and the secrets of the scenario.
void warn_of_plain_text(const Hosting& hosting) {
  const bool here =
      hosting.host == "localhost" || hosting.host == "::1" || hosting.host.rfind("127.", 0) == 0;
  if (here || !hosting.tls_cert.empty()) return;
  std::cerr << "loadgen: without --tls-cert the token and the scenario's secrets cross the network "
               "in plain text\n";
}

ExitCode coordinate(const Flags& flags) {
  Hosting hosting;
  std::tie(hosting.host, hosting.port) = host_and_port(flags.listen, "--listen");
  hosting.token = read_token(flags.token_file);
  hosting.tls_cert = flags.tls_cert;
  hosting.tls_key = flags.tls_key;
  hosting.processes = flags.workers;
  hosting.resume = !flags.resume.empty();
  RunFlags run = flags.run;
  if (hosting.resume) run.out = flags.resume;
  Execution execution = execution_of(run, !hosting.resume);
  if (execution.scenario.capacity) {
    throw UserError(execution.path +
                    ": [capacity] is a search of many runs, and workers join for "
                    "one; search with `loadgen run`");
  }
  if (hosting.resume) go_on_with(flags.resume, execution);
  if (hosting.processes == 0) hosting.processes = execution.scenario.distribution.workers;
  // A connection for each worker, those that are being greeted, and what else is open.
  require_open_files(hosting.processes + 256U,
                     "--workers: " + std::to_string(hosting.processes) + " workers need");
  execution.workers = hosting.processes * execution.scenario.threads_per_worker();
  warn_of_plain_text(hosting);
  execution.hosting = std::move(hosting);
  return execute_and_report(execution, run);
}

}  // namespace

void add_coordinator(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "coordinator", "Run an experiment with workers on other machines, which dial in");
  add_run_flags(*command, flags->run);
  command->add_option("--listen", flags->listen, "HOST:PORT where workers dial in; port 0: any")
      ->required();
  command
      ->add_option("--workers", flags->workers,
                   "how many worker processes share the load; default: distribution.workers")
      ->check(CLI::Range(1, 1024));
  command
      ->add_option("--token-file", flags->token_file,
                   "file with the secret that workers must show, at least 16 characters")
      ->required();
  auto* out = command->add_option("--out", flags->run.out,
                                  "directory for journal, result and report; default: outputs.dir");
  command
      ->add_option("--resume", flags->resume,
                   "directory of a run whose coordinator died: goes on with it, reverts what is "
                   "still applied, and ends with the full result")
      ->excludes(out);
  auto* cert = command->add_option("--tls-cert", flags->tls_cert, "certificate chain, PEM");
  auto* key = command->add_option("--tls-key", flags->tls_key, "its private key, PEM");
  cert->needs(key);
  key->needs(cert);
  command->footer(
      "The token is sent by each worker; without --tls-cert it and the scenario's secrets can be "
      "read on the way.");
  command->callback([flags, &exit_code] { exit_code = coordinate(*flags); });
}

}  // namespace loadgen
