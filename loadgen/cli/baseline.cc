// `loadgen baseline`: runs kept to compare with, as plain files that can be committed.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>

#include "loadgen/analysis/comparable.h"
#include "loadgen/analysis/load.h"
#include "loadgen/analysis/run_sides.h"
#include "loadgen/analysis/run_spread.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/cli/commands.h"
#include "loadgen/cli/outputs.h"
#include "loadgen/cli/run_files.h"
#include "reports/baseline.h"

namespace loadgen {

namespace {

namespace fs = std::filesystem;

/// As a baseline so many failures excuse nearly all: they are hardly meant.
constexpr double kManyErrors = 0.5;

struct Flags {
  std::vector<std::string> results;
  std::string directory = "baseline";
};

/// The stored run's file: its id, which comes from outside.
fs::path file_of(const std::string& directory, const ComparableRun& run) {
  std::string name;
  for (const char c : run.run_id) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_';
    name += plain ? c : '_';
  }
  if (name.empty()) name = "run";
  return fs::path(directory) / (name + ".json");
}

/// What `results` name, ready to be stored. Throws UserError for a run that nothing may rest on:
/// a baseline that can't be trusted would excuse every regression.
std::vector<ComparableRun> to_store(const std::vector<std::string>& results) {
  std::vector<ComparableRun> runs;
  for (const std::string& input : results) {
    runs.push_back(comparable(read_finished_run(input)));
    if (!runs.back().unusable.empty()) {
      throw UserError(input + " can't be a baseline: " + runs.back().unusable);
    }
  }
  return runs;
}

void warn(const ComparableRun& run, const std::vector<ComparableRun>& stored) {
  if (run.verdict == "FAILED" || run.verdict == "DEGRADED" || run.verdict == "INCONCLUSIVE") {
    std::cerr << "loadgen: warning: run " << run.run_id << " was " << run.verdict
              << " by its own checks\n";
  }
  for (const ComparableStretch& stretch : run.stretches) {
    const ComparableMetric* errors = stretch.metric("error_rate");
    if (errors == nullptr || !errors->value || *errors->value < kManyErrors) continue;
    std::cerr << "loadgen: warning: run " << run.run_id << ": "
              << in_words(*errors->value, Unit::fraction) << " of the requests of "
              << stretch.workload << " to " << stretch.group << " failed in `" << stretch.phase
              << "`; next to it hardly anything is a regression\n";
  }
  if (stored.empty()) return;
  for (const std::string& difference : differences(stored.back().load, run.load)) {
    std::cerr << "loadgen: warning: another load than the stored runs': " << difference << '\n';
  }
  if (host_in_words(stored.back()) != host_in_words(run)) {
    std::cerr << "loadgen: warning: another machine than the stored runs': "
              << host_in_words(stored.back()) << " → " << host_in_words(run) << '\n';
  }
}

void store(const std::vector<ComparableRun>& runs, const std::string& directory) {
  for (const ComparableRun& run : runs) {
    const fs::path file = file_of(directory, run);
    write_text(file.string(), write_comparable_run(run));
    std::cout << "stored " << file.string() << '\n';
  }
}

void tell_how_many(const std::string& directory) {
  const std::size_t stored = read_baseline(directory).size();
  std::cout << directory << " holds " << stored << (stored == 1 ? " run" : " runs");
  if (stored < kLeastStored) {
    std::cout << "; " << kLeastStored << " are asked for, from " << kRunsThatTell
              << " on they tell how much runs differ";
  }
  std::cout << '\n';
}

void add(const Flags& flags) {
  std::vector<ComparableRun> stored = read_baseline(flags.directory);
  std::set<std::string> known;
  for (const ComparableRun& run : stored) known.insert(run.run_id);
  std::vector<ComparableRun> fresh;
  for (ComparableRun& run : to_store(flags.results)) {
    if (!known.insert(run.run_id).second) {
      std::cerr << "loadgen: run " << run.run_id << " is stored already\n";
      continue;
    }
    warn(run, stored);
    fresh.push_back(std::move(run));
  }
  store(fresh, flags.directory);
  tell_how_many(flags.directory);
}

/// The new runs are read before the old ones go.
void accept(const Flags& flags) {
  const std::vector<ComparableRun> fresh = to_store(flags.results);
  for (const ComparableRun& run : fresh) warn(run, {});
  std::set<std::string> kept;
  for (const ComparableRun& run : fresh) kept.insert(file_of(flags.directory, run).string());
  const std::vector<ComparableRun> old = read_baseline(flags.directory);
  store(fresh, flags.directory);
  std::size_t replaced = 0;
  for (const ComparableRun& run : old) {
    if (kept.count(run.file) > 0) continue;
    std::error_code refused;
    if (!fs::remove(run.file, refused) || refused) {
      throw UserError("can't remove " + run.file + ": " + refused.message());
    }
    ++replaced;
  }
  std::cout << "replaced " << replaced << (replaced == 1 ? " run" : " runs") << '\n';
  tell_how_many(flags.directory);
}

void show(const Flags& flags) {
  const std::vector<ComparableRun> runs = read_baseline(flags.directory);
  if (runs.empty()) {
    throw UserError("there is no stored run in " + flags.directory +
                    "; `loadgen baseline add RESULT` makes one");
  }
  std::cout << reports::baseline_terminal(runs, spread_of(runs), terminal_width());
  tell_how_many(flags.directory);
}

}  // namespace

void add_baseline(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "baseline", "Keep runs to compare with, as plain files that can be committed");
  command->require_subcommand(1);
  struct Action {
    const char* name;
    const char* what;
    void (*act)(const Flags&);
  };
  for (const Action& action :
       {Action{"add", "Add runs to the baseline", add},
        Action{"accept", "Replace the baseline by these runs: the new normal", accept},
        Action{"show", "What the baseline holds, and how much its runs differ", show}}) {
    CLI::App* sub = command->add_subcommand(action.name, action.what);
    if (action.act != show) {
      sub->add_option("RESULT", flags->results, "run directories, result.json or report.html files")
          ->required();
      sub->add_option("--to", flags->directory, "directory of the baseline")->capture_default_str();
    } else {
      sub->add_option("DIR", flags->directory, "directory of the baseline")->capture_default_str();
    }
    sub->callback([flags, act = action.act, &exit_code] {
      act(*flags);
      exit_code = ExitCode::pass;
    });
  }
  command->footer(
      "One small JSON file per run, with its environment and the load it was under. A baseline "
      "changes by these commands only,\nnever because a comparison passed.");
}

}  // namespace loadgen
