#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "loadgen/cli/commands.h"
#include "loadgen/experiment/revert.h"

namespace loadgen {

void add_revert(CLI::App& app, ExitCode& exit_code) {
  auto directory = std::make_shared<std::string>();
  CLI::App* revert =
      app.add_subcommand("revert", "Revert the faults that a run left applied, and nothing else");
  revert->add_option("DIR", *directory, "the run's directory")->required();
  revert->callback([directory, &exit_code] {
    const RevertReport report = revert_applied(*directory);
    for (const std::string& line : report.lines) std::cout << line << '\n';
    exit_code = report.exit;
  });
}

}  // namespace loadgen
