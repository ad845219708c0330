#include <CLI/CLI.hpp>
#include <memory>

#include "loadgen/cli/commands.h"
#include "loadgen/cli/run_flags.h"

namespace loadgen {

void add_run(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<RunFlags>();
  auto workers = std::make_shared<std::uint32_t>(0);
  CLI::App* run = app.add_subcommand("run", "Run an experiment from a scenario file");
  add_run_flags(*run, *flags);
  run->add_option("--out", flags->out,
                  "directory for journal, result and report; default: outputs.dir");
  run->add_option("--workers", *workers,
                  "workers, each of as many threads as the pgbench workloads ask for; default: "
                  "distribution.workers");
  run->callback([flags, workers, &exit_code] {
    Execution execution = execution_of(*flags, true);
    execution.workers = (*workers > 0 ? *workers : execution.scenario.distribution.workers) *
                        execution.scenario.threads_per_worker();
    exit_code = execute_and_report(execution, *flags);
  });
}

}  // namespace loadgen
