#include <CLI/CLI.hpp>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <memory>

#include "loadgen/analysis/analyse.h"
#include "loadgen/cli/commands.h"
#include "loadgen/cli/execute.h"
#include "loadgen/cli/find_max.h"
#include "loadgen/cli/outputs.h"
#include "loadgen/cli/scenario_file.h"

namespace loadgen {

namespace {

struct Flags {
  std::string scenario, out, progress = "auto";
  std::string degraded = "fail", inconclusive = "fail";
  std::uint32_t workers = 0;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> overrides;
  bool force = false, no_preflight = false, exit_zero = false;
};

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

/// The run's directory: --out, else outputs.dir with ${name} and ${start} filled in.
std::filesystem::path directory_of(const Flags& flags, const Scenario& scenario) {
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

ExitCode run(const Flags& flags) {
  Execution execution;
  auto file = read_scenario(flags.scenario, flags.overrides);
  execution.scenario = std::move(file.scenario);
  execution.text = std::move(file.text);
  // Hooks run in its directory, also those that `loadgen revert` runs later from elsewhere.
  execution.path = std::filesystem::absolute(flags.scenario).string();
  execution.overrides = flags.overrides;
  execution.directory = directory_of(flags, execution.scenario);
  if (std::filesystem::exists(execution.directory / "journal")) {
    throw UserError(
        execution.directory.string() +
        " holds a run already; choose another --out, or read that one with `loadgen report`");
  }
  execution.workers =
      (flags.workers > 0 ? flags.workers : execution.scenario.distribution.workers) *
      execution.scenario.threads_per_worker();
  execution.seed = flags.seed;
  execution.force = flags.force;
  execution.preflight = !flags.no_preflight;
  execution.progress = parse_progress(flags.progress);
  const Executed executed = execution.scenario.capacity ? find_max(execution) : execute(execution);
  if (!executed.result) return executed.exit.value_or(ExitCode::internal_error);
  const std::string dir = execution.directory.string();
  write_outputs(*executed.result, OutputPaths::of_run(dir));
  print_summary(*executed.result);
  std::cerr << "report: " << dir << "/report.html\n";
  if (executed.exit) return *executed.exit;
  const Leniency leniency{flags.degraded == "pass", flags.inconclusive == "pass", flags.exit_zero};
  return leniency.soften(exit_code_of(*executed.result));
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

void add_run(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<Flags>();
  CLI::App* run_command = app.add_subcommand("run", "Run an experiment from a scenario file");
  run_command->add_option("SCENARIO", flags->scenario, "the TOML file")->required();
  run_command->add_option("--out", flags->out,
                          "directory for journal, result and report; default: outputs.dir");
  run_command->add_option("--workers", flags->workers,
                          "workers, each of as many threads as the pgbench workloads ask "
                          "for; default: distribution.workers");
  run_command->add_option("--seed", flags->seed,
                          "seed of schedule and placeholders; default: drawn, and recorded");
  run_command
      ->add_option("--set", flags->overrides,
                   "key=value in the scenario, such as workloads.home.rate=50")
      ->take_all()
      ->allow_extra_args(false);
  run_command->add_flag("--force", flags->force,
                        "inject even when the gate refuses; the verdict is INCONCLUSIVE at best");
  run_command->add_flag("--no-preflight", flags->no_preflight,
                        "start even when a target does not answer");
  run_command->add_option("--progress", flags->progress, "auto, tty, plain, json or none")
      ->check(CLI::IsMember({"auto", "tty", "plain", "json", "none"}));
  run_command
      ->add_option("--degraded", flags->degraded, "what DEGRADED exits with: pass (0) or fail (11)")
      ->check(CLI::IsMember({"pass", "fail"}));
  run_command
      ->add_option("--inconclusive", flags->inconclusive,
                   "what INCONCLUSIVE exits with: pass (0) or fail (12)")
      ->check(CLI::IsMember({"pass", "fail"}));
  run_command->add_flag("--exit-zero", flags->exit_zero, "exit 0 whatever the verdict is");
  run_command->callback([flags, &exit_code] { exit_code = run(*flags); });
}

}  // namespace loadgen
