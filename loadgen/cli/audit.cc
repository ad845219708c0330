#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "loadgen/analysis/analyse.h"
#include "loadgen/cli/commands.h"
#include "loadgen/cli/ledger_audit.h"
#include "loadgen/cli/outputs.h"
#include "reports/render.h"

namespace loadgen {

namespace {

namespace fs = std::filesystem;

struct Flags {
  std::string result, group;
  std::optional<std::string> dsn;
  bool drop = false;
};

/// The run's directory, which `RESULT` is or lies in.
fs::path directory_of(const std::string& result) {
  fs::path directory = result;
  if (!fs::exists(directory))
    throw UserError("can't read " + result + "; expected a run's directory or its result.json");
  if (!fs::is_directory(directory)) directory = fs::absolute(directory).parent_path();
  if (fs::exists(directory / "journal")) return directory;
  throw UserError(directory.string() +
                  " holds no journal: only that says which writes were acknowledged; expected the "
                  "directory that the run wrote");
}

/// The connection strings come from the environment: a journal holds no secret.
Scenario scenario_to_ask(const Run& run, const Flags& flags) {
  if (flags.dsn) return run.scenario;
  try {
    return scenario_now(run.header);
  } catch (const UserError& missing) {
    throw UserError(std::string(missing.what()) +
                    "\nThe run's scenario takes its connection strings from the environment: set "
                    "it as it was for the run, or name the server by --dsn.");
  }
}

void check_group(const Scenario& scenario, const Flags& flags) {
  std::string names;
  bool known = flags.group.empty();
  for (const Group& group : scenario.groups) {
    names += (names.empty() ? "" : ", ") + group.name;
    known = known || group.name == flags.group;
  }
  if (!known) throw UserError("--group: \"" + flags.group + "\"; expected one of " + names);
  if (flags.dsn && flags.group.empty() && scenario.groups.size() > 1)
    throw UserError("--dsn names one server, and the run has several groups; add --group, one of " +
                    names);
}

ExitCode audit(const Flags& flags) {
  const fs::path directory = directory_of(flags.result);
  const Run before = read_run(directory / "journal");
  if (!is_audited(before.scenario))
    throw UserError(directory.string() +
                    ": this run kept no ledger; expected one with audit = true in a workload");
  check_group(before.scenario, flags);
  const Scenario scenario = scenario_to_ask(before, flags);
  const std::vector<LedgerAudit> audits = audit_ledgers({.journal = directory / "journal",
                                                         .scenario = scenario,
                                                         .group = flags.group,
                                                         .dsn = flags.dsn,
                                                         .drop = flags.drop},
                                                        std::cerr);
  const Run run = read_run(directory / "journal");
  const Result result = analyse(run);
  write_outputs(result, OutputPaths::of_run(directory.string()));
  std::cout << reports::ledger_summary(result) << std::flush;
  return exit_code_of(run, audits);
}

}  // namespace

void add_audit(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "audit", "Read the ledger of a run again: which acknowledged writes are gone");
  command->add_option("RESULT", flags->result, "the run's directory, or its result.json")
      ->required();
  command->add_option("--dsn", flags->dsn,
                      "read on this server instead of the group's; give the password by PGPASSWORD "
                      "or a password file");
  command->add_option("--group", flags->group,
                      "only this group; --dsn needs it when there are two");
  command->add_flag("--drop", flags->drop,
                    "then remove what the run left: the table loadgen_ledger, or, while it holds "
                    "rows of other runs, this run's rows");
  command->footer(
      "The run's result.json, report.html, report.md and junit.xml are written anew; every reading "
      "is kept.\nExit code: 10 when acknowledged writes are lost, or rows are there twice or were "
      "refused;\n12 when a ledger could not be read, or leaves a doubt; else 0.");
  command->callback([flags, &exit_code] { exit_code = audit(*flags); });
}

}  // namespace loadgen
