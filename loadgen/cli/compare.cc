// `loadgen compare`: runs against a baseline, for CI.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "loadgen/analysis/run_comparison.h"
#include "loadgen/analysis/verdict.h"
#include "loadgen/cli/commands.h"
#include "loadgen/cli/outputs.h"
#include "loadgen/cli/run_files.h"
#include "reports/runs.h"

namespace loadgen {

namespace {

constexpr const char* kCandidates = "--candidates";

struct Flags {
  std::vector<std::string> baseline, candidates, margins;
  std::string html, markdown, junit;
};

ExitCode compare(const Flags& flags) {
  if (flags.candidates.empty()) {
    throw UserError(
        "there is nothing to compare the baseline with; expected\n  loadgen compare BASELINE… -- "
        "CANDIDATE…");
  }
  MarginsByName margins;
  for (const std::string& text : flags.margins) {
    const auto [name, margin] = parse_margin(text);
    margins[name] = margin;
  }
  const RunComparison comparison = compare_runs(read_comparable_runs(flags.baseline),
                                                read_comparable_runs(flags.candidates), margins);
  if (!flags.html.empty()) write_text(flags.html, reports::runs_html(comparison));
  if (!flags.markdown.empty()) write_text(flags.markdown, reports::runs_markdown(comparison));
  if (!flags.junit.empty()) write_text(flags.junit, reports::runs_junit(comparison));
  if (flags.html != "-" && flags.markdown != "-" && flags.junit != "-") {
    std::cout << reports::runs_terminal(comparison, colour_wanted(STDOUT_FILENO), terminal_width())
              << std::flush;
  }
  return exit_code_of(comparison.verdict);
}

}  // namespace

std::vector<std::string> for_parsing(std::vector<std::string> arguments) {
  if (!arguments.empty() && arguments.front() == "compare") {
    const auto found = std::find(arguments.begin(), arguments.end(), "--");
    if (found != arguments.end()) *found = kCandidates;
  }
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
}

void add_compare(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("compare", "Compare runs with a baseline: a regression, or not");
  command
      ->add_option("BASELINE", flags->baseline,
                   "run directories, result.json or report.html files, or a directory of "
                   "`loadgen baseline`; behind -- the candidates, of the same kinds")
      ->required();
  command->add_option(kCandidates, flags->candidates)->group("");  // written as --
  command
      ->add_option("--margin", flags->margins,
                   "from where on a change for the worse matters, such as p99=15% or "
                   "error_rate=1pp; may be repeated. Beyond 2.5 margins it fails")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--markdown", flags->markdown,
                      "write a summary for a pull request here; - is stdout");
  command->add_option("--junit", flags->junit, "write the verdicts as JUnit XML here");
  command->add_option("--html", flags->html, "write a page here");
  command->footer(
      "  loadgen compare BASELINE... -- CANDIDATE... [--margin p99=15%]\n\n"
      "How it is compared depends on what is given. Six or more runs of each, base and head in "
      "turns: as pairs (the best way).\nSeveral against several: by ranks. One against five or "
      "more stored runs (ten are asked for): by a prediction limit.\nElse 3 % between runs is "
      "assumed. Without --margin the candidate's scenario decides, else 10 % p50, 15 % p99,\n1 "
      "point of errors.\nExit code: 0 PASS, 10 FAILED, 11 DEGRADED, 12 INCONCLUSIVE, 13 INVALID, 2 "
      "for a path that is not there.");
  command->callback([flags, &exit_code] { exit_code = compare(*flags); });
}

}  // namespace loadgen
