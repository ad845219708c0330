// The comparison of the groups: A/A, known effects, disturbances.
#include <algorithm>
#include <cmath>
#include <map>

#include "ground_truth.h"
#include "loadgen/analysis/comparison.h"
#include "trial_words.h"
#include "verdict_trials.h"

namespace loadgen {
namespace {

/// How the rows of one metric in `after` came out.
struct Outcomes {
  std::size_t runs = 0, decided = 0;  // decided: the metric had the samples to
  std::size_t passed = 0, degraded = 0, failed = 0;
  std::size_t intervals = 0, covered = 0;  // not guarded; holding the truth

  std::size_t flagged() const { return degraded + failed; }
};

struct Cell {
  std::map<std::string, Outcomes> metrics;
  std::size_t runs = 0, any = 0;  // with any primary metric flagged
};

bool was_guarded(const ComparisonRow& row) {
  return row.note.find("resemble each other") != std::string::npos;
}

void count(const ComparisonRow& row, Outcomes& outcomes) {
  ++outcomes.runs;
  if (row.note.find("too few") == std::string::npos) ++outcomes.decided;
  outcomes.passed += row.verdict == "PASS";
  outcomes.degraded += row.verdict == "DEGRADED";
  outcomes.failed += row.verdict == "FAILED";
  // Coverage of no change, where the guard passed. A row that was flagged may have been guarded.
  if (!row.interval || !row.did_ratio || was_guarded(row) || row.metric[0] != 'p') return;
  ++outcomes.intervals;
  outcomes.covered += row.interval->first <= 1 && 1 <= row.interval->second;
}

Cell trial(GroundTruth truth, std::size_t seeds) {
  Cell cell;
  for (std::size_t seed = 1; seed <= seeds; ++seed) {
    truth.seed = seed;
    const Run run = run_of(truth);
    const Measured measured = measure(run, phases_of(run));
    bool any = false;
    for (const ComparisonRow& row : compare_groups(measured)) {
      if (row.phase != "after" || row.verdict == "not judged") continue;
      count(row, cell.metrics[row.metric]);
      any = any || row.verdict == "DEGRADED" || row.verdict == "FAILED";
    }
    ++cell.runs;
    cell.any += any;
  }
  return cell;
}

std::string cell_name(const GroundTruth& truth) {
  return "rho " + number(truth.rho) + ", " + std::to_string(truth.after) + " s, " +
         number(truth.rate) + "/s";
}

void judge_aa(const GroundTruth& truth, const Cell& cell, std::vector<Demand>& demands) {
  const std::string name = cell_name(truth);
  const double most_flagged = truth.rho <= 0.8 ? 0.02 : 0.04;
  for (const auto& [metric, outcomes] : cell.metrics) {
    if (outcomes.decided == 0) continue;
    demands.push_back(
        at_most(name + ": " + metric + " FAILED", outcomes.failed, outcomes.runs, 0.005));
    demands.push_back(at_most(name + ": " + metric + " FAILED or DEGRADED", outcomes.flagged(),
                              outcomes.runs, most_flagged));
    // Fewer intervals can't tell a coverage.
    if (truth.rho > 0.8 || truth.after < 300 || outcomes.intervals < 100) continue;
    demands.push_back(between(name + ": " + metric + " coverage", outcomes.covered,
                              outcomes.intervals, {0.84, 0.95}));
  }
  demands.push_back(at_most(name + ": any primary metric", cell.any, cell.runs, 0.05));
}

/// A known effect in `after` of the experimental group.
GroundTruth with_effect(double rho, double multiply, double errors = 0) {
  GroundTruth truth;
  truth.rho = rho;
  truth.effects = {{1, static_cast<double>(truth.before),
                    static_cast<double>(truth.before + truth.after), multiply, errors}};
  return truth;
}

}  // namespace

std::vector<Demand> aa_trials(std::size_t seeds) {
  std::vector<Demand> demands;
  for (const double rho : {0.0, 0.5, 0.8, 0.95}) {
    for (const RunSecond length : {120, 300}) {
      for (const double rate : {50.0, 200.0, 1000.0}) {
        GroundTruth truth;
        truth.rho = rho;
        truth.rate = rate;
        truth.before = truth.after = length;
        judge_aa(truth, trial(truth, seeds), demands);
      }
    }
  }
  return demands;
}

std::vector<Demand> effect_trials(std::size_t seeds) {
  std::vector<Demand> demands;
  for (const double rho : {0.0, 0.5, 0.8}) {
    const std::string name = "rho " + number(rho) + ", 300 s, 200/s: ";
    const auto outcomes = [&](const GroundTruth& truth, const char* metric) {
      return trial(truth, seeds).metrics[metric];
    };
    const Outcomes p50 = outcomes(with_effect(rho, 1.10), "p50");
    demands.push_back(at_most(name + "p50 × 1.10 exactly: PASS", p50.passed, p50.runs, 0.10));
    const Outcomes p99 = outcomes(with_effect(rho, 1.15), "p99");
    demands.push_back(at_most(name + "p99 × 1.15 exactly: PASS", p99.passed, p99.runs, 0.10));
    const Outcomes errors = outcomes(with_effect(rho, 1, 0.01), "error_rate");
    demands.push_back(
        at_most(name + "1 point of errors exactly: PASS", errors.passed, errors.runs, 0.10));
    for (const double rate : {200.0, 1000.0}) {
      GroundTruth truth = with_effect(rho, 1.2);
      truth.rate = rate;
      Cell cell = trial(truth, seeds);
      const std::string at = cell_name(truth) + ": × 1.2, ";
      const Outcomes &median = cell.metrics["p50"], &tail = cell.metrics["p99"];
      demands.push_back(at_least(at + "p50 flagged", median.flagged(), median.runs, 0.95));
      demands.push_back(at_least(at + "p99 flagged", tail.flagged(), tail.runs, 0.80));
    }
  }
  for (const double rho : {0.0, 0.5, 0.8, 0.95}) {
    for (const RunSecond length : {120, 300}) {
      GroundTruth truth;
      truth.rho = rho;
      truth.before = truth.after = length;
      truth.effects = {{1, static_cast<double>(length), 2.0 * length, 2}};
      Cell cell = trial(truth, seeds);
      for (const char* metric : {"p50", "p99"}) {
        const Outcomes& outcomes = cell.metrics[metric];
        if (outcomes.decided == 0) continue;
        demands.push_back(at_least(cell_name(truth) + ": × 2, " + metric + " FAILED",
                                   outcomes.failed, outcomes.runs, 0.99));
      }
    }
  }
  return demands;
}

std::vector<Demand> disturbance_trials(std::size_t seeds) {
  std::vector<Demand> demands;
  const auto add = [&](const char* what, const GroundTruth& truth) {
    const Cell cell = trial(truth, seeds);
    std::size_t failed = 0, degraded = 0;
    for (const auto& [metric, outcomes] : cell.metrics) {
      failed += outcomes.failed;
      degraded += outcomes.degraded;
    }
    demands.push_back(at_most(std::string(what) + ": FAILED", failed, cell.runs, 0));
    demands.push_back(at_most(std::string(what) + ": DEGRADED", degraded, cell.runs, 0.05));
  };
  GroundTruth pauses;
  for (std::size_t g = 0; g < 2; ++g) {
    // Half a second about every 20 s, at other instants in each group.
    for (double at = 7 + 5.0 * static_cast<double>(g); at < 600; at += 17 + 3 * std::sin(at)) {
      pauses.effects.push_back({g, at, at + 0.5, 1, 0, 0, true});
    }
  }
  add("pauses of 0.5 s", pauses);
  GroundTruth bimodal;
  bimodal.slow_share = 0.4;
  bimodal.slow_factor = 8;
  add("cache hits and misses", bimodal);
  GroundTruth ramp;
  for (std::size_t g = 0; g < 2; ++g) ramp.effects.push_back({g, 0, 600, 1.5, 0, 600});
  add("a ramp over the run", ramp);
  GroundTruth worker;
  worker.slow_share = 0.25;
  worker.slow_factor = 1.5;
  add("one slow worker of four", worker);
  GroundTruth step;
  for (std::size_t g = 0; g < 2; ++g)
    step.effects.push_back({.group = g, .from_s = 400.3, .to_s = 407.8, .blind = true});
  add("a clock that leaps 7.5 s", step);
  GroundTruth queue;
  queue.servers = 4;
  queue.effects = pauses.effects;
  add("a queue (M/M/4, 70 % busy) that pauses", queue);
  return demands;
}

}  // namespace loadgen
