// `loadgen aa`: a site's own false-positive rate.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "loadgen/analysis/aa.h"
#include "loadgen/analysis/comparable.h"
#include "loadgen/analysis/run_spread.h"
#include "loadgen/cli/commands.h"
#include "loadgen/cli/numbers.h"
#include "loadgen/cli/outputs.h"
#include "loadgen/cli/run_files.h"
#include "reports/null_text.h"

namespace loadgen {

namespace {

struct Flags {
  std::vector<std::string> results;
  std::size_t splits = 1000;
  std::uint64_t seed = 1;
};

ExitCode aa(const Flags& flags) {
  std::vector<NullStretch> stretches;
  std::vector<ComparableRun> runs;
  for (const std::string& input : flags.results) {
    const Result result = read_finished_run(input);
    ComparableRun run = comparable(result);
    if (!run.unusable.empty()) {
      std::cerr << "loadgen: " << input << " is left out: " << run.unusable << '\n';
      continue;
    }
    for (NullStretch& stretch : deal_halves(result, flags.splits, flags.seed)) {
      stretches.push_back(std::move(stretch));
    }
    runs.push_back(std::move(run));
  }
  if (runs.size() > 1) {
    std::cout << reports::null_terminal(stretches, spread_of(runs), each_against_each(runs),
                                        terminal_width());
  } else {
    std::cout << reports::null_terminal(stretches, {}, {}, terminal_width());
  }
  for (const NullStretch& stretch : stretches) {
    if (stretch.all.comparisons > 0) return ExitCode::pass;
  }
  return ExitCode::inconclusive;
}

}  // namespace

void add_aa(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "aa", "This site's own false-positive rate, from runs in which nothing was changed");
  command
      ->add_option("RESULT", flags->results,
                   "run directories, result.json or report.html files; several of the same tell "
                   "how much runs "
                   "differ")
      ->required();
  command->add_option("--splits", flags->splits, "random halves of each stretch")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--seed", flags->seed, "seed of the halves")
      ->capture_default_str()
      ->check(whole_number("a whole number"));
  command->footer(
      "Of a run with a fault only the control group and `before` are looked at. The halves are "
      "dealt from ten batches of a phase,\nso a trend does not show in them; runs against each "
      "other show it.\nExit code: 0, or 12 when no run has enough in it.");
  command->callback([flags, &exit_code] { exit_code = aa(*flags); });
}

}  // namespace loadgen
