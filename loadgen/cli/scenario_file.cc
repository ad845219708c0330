#include "loadgen/cli/scenario_file.h"

#include <iostream>

#include "loadgen/core/error.h"
#include "pgbench_mode/workload_scripts.h"

namespace loadgen {

ScenarioFile read_scenario(const std::string& path, const std::vector<std::string>& overrides) {
  const auto text = read_whole_file(path);
  if (!text) {
    throw UserError("can't read the scenario " + path +
                    "; `loadgen init` prints one to start from");
  }
  ScenarioSource source;
  source.text = *text;
  source.path = path;
  source.overrides = overrides;
  source.environment = process_environment;
  source.file = read_whole_file;
  ScenarioFile file{*text, parse_scenario(source)};
  pgbench::statement_names(file.scenario);  // for the mistakes in scripts
  for (const std::string& warning : file.scenario.warnings)
    std::cerr << "loadgen: warning: " << warning << '\n';
  return file;
}

}  // namespace loadgen
