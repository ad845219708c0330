// Runs that this machine held up: they say nothing of loadgen, and are made once more.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "command_line.h"
#include "loadgen/core/result.h"
#include "loadgen/core/units.h"
#include "loadgen/drive/withheld_cpu.h"

namespace loadgen::test {

/// For the answers of a target: a request is late by more than 5 % of the median response, so with
/// these a machine that is late by some milliseconds, as virtual ones are, makes no run INVALID.
inline constexpr std::chrono::milliseconds kPunctual{100};

/// This machine held the load threads up: INVALID, or a search some of whose steps were that, is
/// then the right answer and no answer to the test's question.
inline bool disturbed(const Ran& ran) {
  return ran.code == static_cast<int>(ExitCode::invalid) ||
         (ran.code == static_cast<int>(ExitCode::inconclusive) && contains(ran.out, "  invalid  "));
}

/// What `attempt` returns, once more while it was disturbed; `stolen` of one that was to the last
/// is the share of the processors that a hypervisor took in it and the pause after it, the least of
/// all attempts.
inline Ran undisturbed(const std::function<Ran()>& attempt) {
  double stolen = 1;
  for (int number = 0;; ++number) {
    WithheldCpu withheld;
    const Instant begun = Clock::now();
    Ran ran = attempt();
    if (!disturbed(ran)) return ran;
    std::this_thread::sleep_for(std::chrono::seconds(1 + number));  // it may pass
    const double took = to_seconds(Clock::now() - begun);
    stolen = std::min(stolen, static_cast<double>(withheld.take().stolen_us) * 1e-6 / took);
    ran.stolen = stolen;
    if (number == 4) return ran;
  }
}

/// run_loadgen, undisturbed. `directory`: the run's, emptied between.
inline Ran run_undisturbed(const std::vector<std::string>& arguments,
                           const std::filesystem::path& directory = {}) {
  return undisturbed([&] {
    if (!directory.empty()) std::filesystem::remove_all(directory);
    return run_loadgen(arguments);
  });
}

/// Whether a hypervisor kept a run from its answer in each attempt, by taking as much as
/// makes runs INVALID: the test ends there. Says so, in the words by which tests/run.sh knows a
/// test that was skipped.
inline bool kept_from_its_answer(const Ran& ran) {
  constexpr double kStolen = 0.02;
  if (!disturbed(ran) || ran.stolen < kStolen) return false;
  std::printf("skipped: a hypervisor took at least %.1f %% of the processors in each attempt\n",
              100 * ran.stolen);
  return true;
}

/// As if nothing had held this machine up, for what is not about that.
inline Result trusted(Result result) {
  result.trust.valid = true;
  if (result.verdict == Verdict::invalid) result.verdict = Verdict::pass;
  return result;
}

}  // namespace loadgen::test
