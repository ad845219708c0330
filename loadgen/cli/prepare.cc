// Before a run: init, validate, plan, schema.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "loadgen/cli/commands.h"
#include "loadgen/cli/execute.h"
#include "loadgen/cli/scenario_file.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/plan_text.h"
#include "loadgen/plan/schema.h"
#include "loadgen/plan/starters.h"

namespace loadgen {

namespace {
struct Flags {
  std::string scenario;
  std::vector<std::string> overrides;
  bool preflight = false;
};

std::shared_ptr<Flags> scenario_flags(CLI::App& command) {
  auto flags = std::make_shared<Flags>();
  command.add_option("SCENARIO", flags->scenario, "the TOML file")->required();
  command
      .add_option("--set", flags->overrides,
                  "key=value in the scenario, such as workloads.home.rate=50")
      ->take_all()
      ->allow_extra_args(false);
  return flags;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const std::string_view name : starter_names()) all.emplace_back(name);
  return all;
}
}  // namespace

void add_init(CLI::App& app, ExitCode& exit_code) {
  auto name = std::make_shared<std::string>("steady");
  CLI::App* init = app.add_subcommand("init", "Print a commented scenario to start from");
  init->add_option("kind", *name, "which one")
      ->capture_default_str()
      ->check(CLI::IsMember(names()));
  init->callback([name, &exit_code] {
    std::cout << starter(*name);
    exit_code = ExitCode::pass;
  });
}

void add_validate(CLI::App& app, ExitCode& exit_code) {
  CLI::App* validate =
      app.add_subcommand("validate", "Check a scenario; say everything that is wrong with it");
  auto flags = scenario_flags(*validate);
  validate->add_flag("--preflight", flags->preflight,
                     "also ask the `require` hooks and try to connect to the targets");
  validate->callback([flags, &exit_code] {
    ScenarioFile file = read_scenario(flags->scenario, flags->overrides);
    exit_code = ExitCode::pass;
    if (flags->preflight) {
      Execution execution;
      execution.text = file.text;
      execution.path = std::filesystem::absolute(flags->scenario).string();
      const ScratchDirectory scratch;
      execution.directory = scratch.path();
      execution.overrides = flags->overrides;
      execution.scenario = std::move(file.scenario);
      exit_code = preflight(execution);
    }
    if (exit_code == ExitCode::pass) std::cout << flags->scenario << ": valid\n";
  });
}

void add_plan(CLI::App& app, ExitCode& exit_code) {
  CLI::App* plan = app.add_subcommand(
      "plan", "Dry run: timeline, rates, connections, requests, every hook's command");
  auto flags = scenario_flags(*plan);
  plan->callback([flags, &exit_code] {
    const ScenarioFile file = read_scenario(flags->scenario, flags->overrides);
    std::cout << plan_text(file.scenario, flags->scenario);
    exit_code = ExitCode::pass;
  });
}

void add_schema(CLI::App& app, ExitCode& exit_code) {
  auto which = std::make_shared<std::string>();
  CLI::App* schema =
      app.add_subcommand("schema", "Print the JSON Schema of a result or of a scenario");
  schema->add_option("which", *which, "result or scenario")
      ->required()
      ->check(CLI::IsMember({"result", "scenario"}));
  schema->callback([which, &exit_code] {
    std::cout << (*which == "result" ? result_schema() : scenario_schema());
    exit_code = ExitCode::pass;
  });
}

}  // namespace loadgen
