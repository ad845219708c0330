// The gate, outages and the detector.
#include <cmath>
#include <random>

#include "ground_truth.h"
#include "loadgen/analysis/checks.h"
#include "loadgen/analysis/steadiness.h"
#include "trial_words.h"
#include "verdict_trials.h"

namespace loadgen {
namespace {

/// A run with a fault in which the experimental group is down from `from_s` for `length_s`.
GroundTruth outage_truth(double from_s, double length_s, std::uint64_t seed) {
  GroundTruth truth;
  truth.before = 120;
  truth.during = 90;
  truth.after = 60;
  truth.fault_s = 120;
  truth.seed = seed;
  if (length_s > 0) truth.effects = {{1, from_s, from_s + length_s, 1, 1}};
  return truth;
}

std::string check(const std::string& id, const std::string& assertion) {
  return "[[steady_state.checks]]\nid = \"" + id + "\"\nphase = \"during\"\nassert = ['" +
         assertion + "']\n";
}

/// Tickets of the experimental group's `during` that the truth makes fail by the outage, at least.
std::uint64_t lost_for_certain(const GroundTruth& truth) {
  std::uint64_t lost = 0;
  const auto rate = static_cast<int>(truth.rate);
  for (int s = truth.before; s < truth.before + truth.during; ++s) {
    for (int i = 0; i < rate; ++i) {
      const double at = s + static_cast<double>(i) / rate;
      for (const TruthEffect& effect : truth.effects) {
        lost += at >= effect.from_s && at < effect.to_s ? 1 : 0;
      }
    }
  }
  return lost;
}

}  // namespace

std::vector<Demand> gate_trials(std::size_t seeds) {
  std::vector<Demand> demands;
  for (const double rho : {0.0, 0.5, 0.8}) {
    for (const RunSecond length : {60, 120, 300}) {
      std::size_t refused = 0;
      for (std::size_t seed = 1; seed <= seeds; ++seed) {
        GroundTruth truth;
        truth.rho = rho;
        truth.workloads = 2;
        truth.before = length;
        truth.after = 0;
        truth.seed = seed;
        const Run run = run_of(truth);
        refused += steadiness_of(measure(run, phases_of(run))).outcome == "not steady" ? 1 : 0;
      }
      // The demand is for 300 s; shorter stretches are shown beside it.
      const double limit = length == 300 ? 0.02 : 0.05;
      demands.push_back(at_most("rho " + number(rho) + ", " + std::to_string(length) +
                                    " s, 2 groups × 2 workloads: refused",
                                refused, seeds, limit));
    }
  }
  return demands;
}

std::vector<Demand> outage_trials(std::size_t seeds) {
  std::vector<Demand> demands;
  std::mt19937_64 random(1);
  for (const double length : {0.0, 5.0, 20.0, 60.0}) {
    for (const double errors : {0.0, 0.0005, 0.005}) {
      std::size_t exact = 0, decided = 0;
      for (std::size_t seed = 1; seed <= seeds; ++seed) {
        const double offset = std::uniform_real_distribution<double>(0, 5)(random);
        GroundTruth truth = outage_truth(121 + offset, length, seed);
        truth.errors = errors;
        truth.scenario = check("above", "total_outage < " + number(length + 0.1) + "s") +
                         check("wide", "error_rate < " + number(100 * length / 90 + 1) + "%");
        if (length > 0) {
          truth.scenario += check("below", "total_outage > " + number(length - 0.1) + "s");
        }
        const Run run = run_of(truth);
        const Measured measured = measure(run, phases_of(run));
        const Tally& tally = measured.at(1, 0).phase(PhaseName::during)->figures.tally;
        const std::uint64_t not_ok = settled(tally) - tally.ok(), lost = lost_for_certain(truth);
        const bool balanced = tally.scheduled == 90 * 200;
        exact += balanced && not_ok >= lost && (errors > 0 || not_ok == lost) ? 1 : 0;
        bool right = true;
        for (const JudgedCheck& judged : judge(measured, run.scenario.steady_state.checks)) {
          right = right && judged.result.result == "held";
        }
        decided += right ? 1 : 0;
      }
      const std::string cell = number(length) + " s on " + number(100 * errors) + " % errors: ";
      demands.push_back(at_least(cell + "totals exact", exact, seeds, 1));
      demands.push_back(at_least(cell + "declared limits decided rightly", decided, seeds, 1));
    }
  }
  return demands;
}

std::vector<Demand> detector_trials(std::size_t seeds) {
  std::vector<Demand> demands;
  for (const double rho : {0.0, 0.5, 0.8}) {
    for (const double rate : {50.0, 200.0}) {
      std::size_t onsets = 0;
      for (std::size_t seed = 1; seed <= seeds; ++seed) {
        GroundTruth truth;
        truth.rho = rho;
        truth.rate = rate;
        truth.during = 600;
        truth.after = 0;
        truth.fault_s = 300;
        truth.groups = 1;
        truth.seed = seed;
        const Run run = run_of(truth);
        const Measured measured = measure(run, phases_of(run));
        onsets += measured.at(0, 0).recovery->onset ? 1 : 0;
      }
      demands.push_back(at_most(
          "rho " + number(rho) + ", " + number(rate) + "/s, nothing happens for 10 min: onset",
          onsets, seeds, 0.02));
    }
  }
  std::mt19937_64 random(2);
  std::size_t onset = 0, recovered = 0, total = 0;
  for (std::size_t seed = 1; seed <= seeds; ++seed) {
    const double from = 121 + std::uniform_real_distribution<double>(0, 5)(random);
    const double length = std::uniform_real_distribution<double>(3, 60)(random);
    const Run run = run_of(outage_truth(from, length, seed));
    const Measured measured = measure(run, phases_of(run));
    const Recovery& recovery = *measured.at(1, 0).recovery;
    const auto near = [](std::optional<RunOffset> at, double truth_s) {
      return at && std::abs(to_seconds(*at) - truth_s) <= 1;
    };
    onset += near(recovery.onset, from) ? 1 : 0;
    recovered += near(recovery.recovered, from + length) ? 1 : 0;
    total += std::abs(recovery.total_outage_s - length) <= 1 ? 1 : 0;
  }
  const std::string cell = "outages of 3 – 60 s at any instant: ";
  demands.push_back(at_least(cell + "onset within 1 s", onset, seeds, 0.95));
  demands.push_back(at_least(cell + "recovery within 1 s", recovered, seeds, 0.95));
  demands.push_back(at_least(cell + "total outage within 1 s", total, seeds, 0.95));
  return demands;
}

}  // namespace loadgen
