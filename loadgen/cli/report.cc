#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include "loadgen/analysis/analyse.h"
#include "loadgen/analysis/merge.h"
#include "loadgen/cli/commands.h"
#include "loadgen/cli/outputs.h"
#include "loadgen/cli/run_files.h"

namespace loadgen {

namespace {

/// One input is a run's directory, its journal, a spool or a result; several are parts of one run.
Result read_all(const std::vector<std::string>& inputs) {
  namespace fs = std::filesystem;
  const bool spool = fs::path(inputs.front()).extension() == kSpoolSuffix;
  if (inputs.size() == 1 && !spool) return read_finished_run(inputs.front());
  std::vector<fs::path> files;
  for (const std::string& input : inputs)
    files.push_back(fs::is_directory(input) ? fs::path(input) / "journal" : fs::path(input));
  return analyse(read_merged(files));
}

void report(const std::vector<std::string>& inputs, OutputPaths paths) {
  const Result result = read_all(inputs);
  const auto directory = std::find_if(inputs.begin(), inputs.end(), [](const std::string& one) {
    return std::filesystem::is_directory(one);
  });
  const bool nothing_asked = paths.html.empty() && paths.markdown.empty() && paths.junit.empty() &&
                             paths.csv.empty() && paths.hlog_directory.empty() &&
                             paths.json.empty();
  if (nothing_asked && directory != inputs.end()) {
    // What the run itself would have written, had it come to its end.
    paths = OutputPaths::of_run(*directory);
  }
  write_outputs(result, paths);
  const bool to_stdout =
      paths.html == "-" || paths.markdown == "-" || paths.junit == "-" || paths.csv == "-";
  if (!to_stdout) print_summary(result);
  if (!paths.html.empty() && paths.html != "-") std::cerr << "report: " << paths.html << '\n';
}

}  // namespace

void add_report(CLI::App& app, ExitCode& exit_code) {
  auto inputs = std::make_shared<std::vector<std::string>>();
  auto paths = std::make_shared<OutputPaths>();
  CLI::App* command = app.add_subcommand(
      "report", "Make reports from a run's directory, journal, result.json or report.html");
  command
      ->add_option("INPUT", *inputs,
                   "DIR, journal, result.json or report.html; or spools that workers left, alone "
                   "or with the "
                   "DIR or journal of their run")
      ->required();
  command->add_option("--json", paths->json, "write the result here");
  command->add_option("--html", paths->html, "write the report here; - is stdout");
  command->add_option("--markdown", paths->markdown, "write a summary for a pull request here");
  command->add_option("--junit", paths->junit, "write the checks as JUnit XML here");
  command->add_option("--csv", paths->csv, "write a line per second, group and workload here");
  command->add_option("--hlog", paths->hlog_directory,
                      "write HdrHistogram logs into this directory");
  command->footer(
      "Without an option, a run's directory gets the result.json, report.html, report.md and "
      "junit.xml of its "
      "journal.");
  command->callback([inputs, paths, &exit_code] {
    report(*inputs, *paths);
    exit_code = ExitCode::pass;
  });
}

}  // namespace loadgen
