#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "loadgen/analysis/analyse.h"
#include "loadgen/cli/commands.h"
#include "loadgen/cli/outputs.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

namespace {

/// A run's directory, its journal, or a result.
Result read_any(const std::string& input) {
  namespace fs = std::filesystem;
  if (fs::is_directory(input)) {
    const fs::path journal = fs::path(input) / "journal";
    if (fs::exists(journal)) return analyse(read_run(journal));
    const fs::path result = fs::path(input) / "result.json";
    if (fs::exists(result)) return read_any(result.string());
    throw UserError(input +
                    " holds neither a journal nor a result.json; expected the directory of a run");
  }
  const auto text = read_whole_file(input);
  if (!text)
    throw UserError("can't read " + input +
                    "; expected a run's directory, its journal or its result.json");
  const std::size_t first = text->find_first_not_of(" \t\r\n");
  if (first != std::string::npos && (*text)[first] == '{') return read_result(*text, input);
  return analyse(read_run(input));
}

void report(const std::string& input, OutputPaths paths) {
  const Result result = read_any(input);
  const bool nothing_asked = paths.html.empty() && paths.markdown.empty() && paths.junit.empty() &&
                             paths.csv.empty() && paths.hlog_directory.empty() &&
                             paths.json.empty();
  if (nothing_asked && std::filesystem::is_directory(input)) {
    // What the run itself would have written, had it come to its end.
    paths = OutputPaths::of_run(input);
  }
  write_outputs(result, paths);
  const bool to_stdout =
      paths.html == "-" || paths.markdown == "-" || paths.junit == "-" || paths.csv == "-";
  if (!to_stdout) print_summary(result);
  if (!paths.html.empty() && paths.html != "-") std::cerr << "report: " << paths.html << '\n';
}

}  // namespace

void add_report(CLI::App& app, ExitCode& exit_code) {
  auto input = std::make_shared<std::string>();
  auto paths = std::make_shared<OutputPaths>();
  CLI::App* command =
      app.add_subcommand("report", "Make reports from a run's directory, journal or result.json");
  command->add_option("INPUT", *input, "DIR, journal or result.json")->required();
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
  command->callback([input, paths, &exit_code] {
    report(*input, *paths);
    exit_code = ExitCode::pass;
  });
}

}  // namespace loadgen
