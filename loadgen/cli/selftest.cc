// `loadgen selftest`: a gate that can't fail is no gate.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <iostream>
#include <memory>

#include "loadgen/analysis/comparable.h"
#include "loadgen/analysis/run_comparison.h"
#include "loadgen/cli/commands.h"
#include "loadgen/cli/execute.h"
#include "loadgen/cli/numbers.h"
#include "loadgen/cli/outputs.h"
#include "loadgen/cli/target.h"
#include "loadgen/core/error.h"
#include "loadgen/core/scratch_directory.h"
#include "reports/runs.h"

namespace loadgen {

namespace {

/// Long enough beside what a busy machine adds to it.
constexpr Duration kDelay = std::chrono::milliseconds(20);

struct Flags {
  std::string slowdown = "50%", length = "4s";
  std::uint32_t rounds = 6;
  std::uint32_t rate = 500;
};

/// The three that are measured in each round.
enum Subject : std::size_t { base, same, slow };
using Runs = std::vector<ComparableRun>;

std::string scenario_for(const Flags& flags, const std::string& url) {
  return "schema = 1\n[experiment]\nname = \"selftest\"\n[phases]\nwarmup = \"1s\"\nbefore = \"" +
         flags.length + "\"\n[groups.target]\nbase_url = \"" + url +
         "\"\n[[workloads]]\nname = \"selftest\"\nkind = \"http\"\nrate = " +
         std::to_string(flags.rate) + "\ntimeout = \"5s\"\n";
}

/// One run against a target of its own. Throws UserError when it could not be measured at all.
std::optional<Result> measure_target(const Flags& flags, Duration delay) {
  TargetOptions options;
  options.delay = delay;
  Target target(options);
  target.start();
  const ScratchDirectory scratch;
  Execution execution;
  execution.text = scenario_for(flags, target.url());
  ScenarioSource source;
  source.text = execution.text;
  execution.scenario = parse_scenario(source);
  execution.directory = scratch.path();
  execution.progress = ProgressMode::none;
  Executed executed = execute(execution);
  if (executed.exit == ExitCode::interrupted) return std::nullopt;
  if (!executed.result) {
    throw UserError("the own target could not be measured",
                    executed.exit.value_or(ExitCode::internal_error));
  }
  return std::move(executed.result);
}

/// What a round measures, and measures once more where this machine disturbed a run: with runs left
/// out there would be less to tell by than was asked for. A machine that disturbs more than one in
/// four of all is too busy, and the runs stand as they are.
class Rounds {
 public:
  explicit Rounds(const Flags& flags) : flags_(flags), spare_(flags.rounds) {}

  /// Nothing when the user ended it.
  std::optional<ComparableRun> measure(Duration delay) {
    for (;;) {
      const auto result = measure_target(flags_, delay);
      if (!result) return std::nullopt;
      ComparableRun run = comparable(*result);
      if (!run.untrusted || spare_ == 0) return run;
      --spare_;
      std::cerr << "  once more: " << run.unusable << '\n';
    }
  }

 private:
  const Flags& flags_;
  std::uint32_t spare_;  // runs that may yet be made beyond those of the rounds
};

std::string words(Verdict verdict) { return std::string(name_of(verdict)); }

/// Whether the gate did what it should: nothing on nothing, and flag the slowdown.
ExitCode judge(const RunComparison& nothing, const RunComparison& slowdown) {
  const bool flagged = slowdown.verdict == Verdict::failed || slowdown.verdict == Verdict::degraded;
  std::cout << "\nWithout a change the gate says " << words(nothing.verdict)
            << ", with the slowdown " << words(slowdown.verdict) << ": ";
  if (nothing.verdict == Verdict::pass && flagged) {
    std::cout << "it can pass, and it can fail.\n";
    return ExitCode::pass;
  }
  if (nothing.verdict == Verdict::failed || nothing.verdict == Verdict::degraded ||
      slowdown.verdict == Verdict::pass) {
    std::cout << "it can't be relied on here.\n";
    return ExitCode::failed;
  }
  if (nothing.verdict == Verdict::invalid || slowdown.verdict == Verdict::invalid) {
    std::cout << "this machine is too busy to measure on.\n";
    return ExitCode::invalid;
  }
  std::cout << "this machine is too restless to tell; try longer rounds or more of them.\n";
  return ExitCode::inconclusive;
}

ExitCode selftest(const Flags& flags) {
  const double slowdown = parse_share(flags.slowdown, "--slowdown");
  if (!(slowdown > 0)) throw UserError("--slowdown: expected more than 0%, such as 50%");
  const auto length = parse_duration(flags.length);
  if (!length || *length % std::chrono::seconds(1) != Duration{0} || *length == Duration{0}) {
    throw UserError("--length: \"" + flags.length + "\"; expected whole seconds, such as 4s");
  }
  const Duration delays[] = {kDelay, kDelay,
                             std::chrono::duration_cast<Duration>(kDelay * (1 + slowdown))};
  std::array<Runs, 3> runs;
  Rounds rounds(flags);
  for (std::uint32_t round = 0; round < flags.rounds; ++round) {
    std::cerr << "round " << round + 1 << " of " << flags.rounds << '\n';
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const std::size_t subject = round % 2 == 0 ? i : runs.size() - 1 - i;
      auto run = rounds.measure(delays[subject]);
      if (!run) return ExitCode::interrupted;
      runs[subject].push_back(std::move(*run));
    }
  }
  const RunComparison nothing = compare_runs(runs[base], runs[same]);
  const RunComparison slower = compare_runs(runs[base], runs[slow]);
  const bool colour = colour_wanted(STDOUT_FILENO);
  std::cout << "Base against base\n\n"
            << reports::runs_terminal(nothing, colour, terminal_width())
            << "\nBase against a target that is " << flags.slowdown << " slower\n\n"
            << reports::runs_terminal(slower, colour, terminal_width());
  return judge(nothing, slower);
}

}  // namespace

void add_selftest(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "selftest", "Inject a known slowdown into an own target, and show that the gate fails");
  command->add_option("--slowdown", flags->slowdown, "of the target's 20 ms; must be flagged")
      ->capture_default_str();
  command->add_option("--rounds", flags->rounds, "of base, the same again, and slow")
      ->capture_default_str()
      ->check(CLI::Range(6, 100));
  command->add_option("--length", flags->length, "of each run")->capture_default_str();
  command->add_option("--rate", flags->rate, "requests per second")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
  command->footer(
      "Takes about two minutes. Exit code: 0 when the slowdown is flagged and the unchanged target "
      "passes; 10 when the gate\nis wrong, 12 when this machine is too restless to tell, 13 when "
      "it is too busy to measure on.");
  command->callback([flags, &exit_code] { exit_code = selftest(*flags); });
}

}  // namespace loadgen
