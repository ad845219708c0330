#include "loadgen/cli/run_flags.h"

#include <CLI/CLI.hpp>
#include <ctime>
#include <filesystem>
#include <iostream>

#include "loadgen/analysis/analyse.h"
#include "loadgen/cli/exposition.h"
#include "loadgen/cli/find_max.h"
#include "loadgen/cli/numbers.h"
#include "loadgen/cli/outputs.h"
#include "loadgen/cli/scenario_file.h"

namespace loadgen {

namespace {

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

/// The run's directory: --out, else outputs.dir with ${name} and ${start} filled in.
std::filesystem::path directory_of(const RunFlags& flags, const Scenario& scenario) {
  if (!flags.out.empty()) return flags.out;
  std::string dir = scenario.outputs.dir;
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char start[32];
  std::strftime(start, sizeof start, "%Y%m%dT%H%M%SZ", &utc);
  replace_all(dir, "${name}", scenario.experiment.name);
  replace_all(dir, "${start}", start);
  return dir;
}

}  // namespace

ProgressMode parse_progress(const std::string& text) {
  if (text == "auto") return ProgressMode::automatic;
  if (text == "tty") return ProgressMode::tty;
  if (text == "plain") return ProgressMode::plain;
  if (text == "json") return ProgressMode::json;
  if (text == "none") return ProgressMode::none;
  throw UserError("--progress: \"" + text + "\"; expected auto, tty, plain, json or none");
}

void add_run_flags(CLI::App& command_line, RunFlags& flags) {
  CLI::App* command = &command_line;
  command->add_option("SCENARIO", flags.scenario, "the TOML file")->required();
  command
      ->add_option("--seed", flags.seed,
                   "seed of schedule and placeholders; default: drawn, and recorded")
      ->check(whole_number("a whole number"));
  command
      ->add_option("--set", flags.overrides,
                   "key=value in the scenario, such as workloads.home.rate=50")
      ->take_all()
      ->allow_extra_args(false);
  command->add_flag("--force", flags.force,
                    "inject even when the gate refuses; such a run can't PASS");
  command->add_flag("--no-preflight", flags.no_preflight,
                    "start even when a target does not answer");
  command->add_option("--progress", flags.progress, "auto, tty, plain, json or none")
      ->check(CLI::IsMember({"auto", "tty", "plain", "json", "none"}));
  command
      ->add_option("--degraded", flags.degraded, "what DEGRADED exits with: pass (0) or fail (11)")
      ->check(CLI::IsMember({"pass", "fail"}));
  command
      ->add_option("--inconclusive", flags.inconclusive,
                   "what INCONCLUSIVE exits with: pass (0) or fail (12)")
      ->check(CLI::IsMember({"pass", "fail"}));
  command->add_flag("--exit-zero", flags.exit_zero, "exit 0 whatever the verdict is");
}

Execution execution_of(const RunFlags& flags, bool fresh) {
  Execution execution;
  auto file = read_scenario(flags.scenario, flags.overrides);
  execution.scenario = std::move(file.scenario);
  execution.text = std::move(file.text);
  // Hooks run in its directory, also those that `loadgen revert` runs later from elsewhere.
  execution.path = std::filesystem::absolute(flags.scenario).string();
  execution.overrides = flags.overrides;
  execution.directory = directory_of(flags, execution.scenario);
  if (fresh && std::filesystem::exists(execution.directory / "journal")) {
    throw UserError(
        execution.directory.string() +
        " holds a run already; choose another --out, or read that one with `loadgen report`");
  }
  execution.seed = flags.seed;
  execution.force = flags.force;
  execution.preflight = !flags.no_preflight;
  execution.progress = parse_progress(flags.progress);
  return execution;
}

ExitCode execute_and_report(const Execution& execution, const RunFlags& flags) {
  const Executed executed = execution.scenario.capacity ? find_max(execution) : execute(execution);
  if (!executed.result) return executed.exit.value_or(ExitCode::internal_error);
  const std::string dir = execution.directory.string();
  try {
    write_outputs(*executed.result, OutputPaths::of_run(dir));
    std::cerr << "report: " << dir << "/report.html\n";
  } catch (const UserError& refused) {
    // The disk that could not take the journal will not take these either; what is known is said.
    if (!executed.exit) throw;
    std::cerr << "loadgen: " << refused.what() << '\n';
  }
  print_summary(*executed.result);
  if (executed.exposition) executed.exposition->linger();
  if (executed.exit) return *executed.exit;
  const Leniency leniency{flags.degraded == "pass", flags.inconclusive == "pass", flags.exit_zero};
  return leniency.soften(exit_code_of(*executed.result));
}

}  // namespace loadgen
