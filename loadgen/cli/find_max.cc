#include "loadgen/cli/find_max.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <utility>

#include "loadgen/analysis/capacity.h"
#include "loadgen/core/assert.h"
#include "reports/capacity.h"
#include "reports/facts.h"

namespace loadgen {

namespace {

/// A step that decides nothing is held again, for longer: this many times its planned length.
constexpr int kLongest = 4;
/// The cap of requests in flight where the workload says none: what a target that just holds the
/// slowest limit has in flight, with room for pauses; never what the timeout would allow, or the
/// first step beyond the capacity would open a connection for each of its requests.
constexpr double kPauses = 8, kLeastPause = 1;

class Search {
 public:
  explicit Search(const Execution& execution)
      : execution_(execution),
        plan_(*execution.scenario.capacity),
        search_(plan_.from, plan_.most, plan_.over_clients) {
    found_.workload = plan_.workload;
    found_.over_clients = plan_.over_clients;
    found_.limits = plan_.limits;
  }

  Executed run() {
    while (const std::optional<double> level = search_.next()) {
      const std::optional<bool> held = try_level(*level);
      if (!held) break;
      search_.record(*held);
    }
    found_.highest = search_.highest();
    found_.missed = search_.missed();
    if (found_.ended.empty()) found_.ended = why_it_ended();
    if (!told_.result) return std::move(told_);
    Result& result = *told_.result;
    result.capacity = found_;
    // The step's verdict is not the search's.
    if (!result.reasons.empty()) {
      result.reasons.front() = "what follows is of the run at " +
                               reports::level_text(found_, told_level_) + ": " +
                               reports::headline(result);
    }
    result.reasons.insert(result.reasons.begin(), reports::capacity_sentence(found_));
    // Between a load that held and one that did not is the highest: neither's run decides.
    const bool decides =
        result.verdict == Verdict::invalid || (result.verdict != Verdict::pass && !found_.highest);
    if (given_up_ && !decides) result.verdict = Verdict::inconclusive;
    return std::move(told_);
  }

 private:
  /// Nothing: the search can't go on, and `found_.ended` says why.
  std::optional<bool> try_level(double level) {
    bool again = false;
    const int first = search_.repeats() ? std::min(2 * length_, kLongest) : length_;
    for (int length = first;; length = std::min(length * 2, kLongest)) {
      Executed executed = step(level, length);
      if (!executed.result || executed.exit) {
        found_.ended = "the search was broken off";
        given_up_ = true;
        if (executed.result || !told_.result) {
          told_ = std::move(executed);
          told_level_ = level;
        } else {
          told_.exit = executed.exit;  // what was found before it is told
        }
        return std::nullopt;
      }
      CapacityStep judged = judge_step(*executed.result, plan_.workload, level);
      const bool longest = length == kLongest;
      if (judged.result == "undecided" && longest && kept_as_observed(*executed.result))
        judged.result = "held";
      note(judged);
      const bool held = judged.result == "held";
      if (judged.result == "invalid") {
        if (std::exchange(again, true)) {
          found_.ended = "loadgen itself came to its end there: " + judged.why;
          given_up_ = true;
          if (!told_.result) keep(std::move(executed), level, false);
          return std::nullopt;
        }
        continue;
      }
      if (!held && judged.result != "missed" && !longest) continue;
      // What held for so long and not for longer says that so long was too short.
      if (!held && search_.repeats()) length_ = first;
      keep(std::move(executed), level, held);
      return held;
    }
  }

  /// The result to tell: of the highest that held, or as long as none did of the lowest.
  void keep(Executed executed, double level, bool held) {
    const bool better = !told_.result || (held && (!told_held_ || level >= told_level_)) ||
                        (!held && (told_held_ ? level <= told_level_ : level < told_level_));
    if (!better) return;
    told_ = std::move(executed);
    told_level_ = level;
    told_held_ = held;
  }

  Executed step(double level, int length) {
    Execution one = execution_;
    const std::string workload = "workloads." + plan_.workload + ".";
    one.overrides.push_back(workload + (plan_.over_clients ? "clients=" : "rate=") +
                            reports::exact_level(level));
    if (!plan_.over_clients && !plan_.own_cap) {
      const double pause = std::max(kLeastPause, kPauses * plan_.slowest_s);
      const auto cap = static_cast<std::uint64_t>(std::ceil(std::max(10.0, 1.2 * level * pause)));
      one.overrides.push_back(workload + "max_in_flight=" + std::to_string(cap));
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(
        execution_.scenario.phases.before * length);
    one.overrides.push_back("phases.before=" + std::to_string(seconds.count()) + "s");
    if (!found_.steps.empty()) {
      for (const Workload& each : execution_.scenario.workloads) {
        if (each.kind == WorkloadKind::pgbench && each.probe == Probe::none)
          one.overrides.push_back("workloads." + each.name + ".init=never");
      }
    }
    ScenarioSource source;
    source.text = one.text;
    source.path = one.path;
    source.overrides = one.overrides;
    source.environment = process_environment;
    source.file = read_whole_file;
    one.scenario = parse_scenario(source);
    char name[16];
    std::snprintf(name, sizeof name, "%02zu-", found_.steps.size() + 1);
    one.directory = execution_.directory / "steps" / (name + reports::exact_level(level));
    one.progress = ProgressMode::none;
    Executed done = execute(one);
    done.exposition.reset();  // the next step needs its address
    return done;
  }

  void note(const CapacityStep& judged) {
    found_.steps.push_back(judged);
    if (execution_.progress == ProgressMode::none) return;
    if (found_.steps.size() == 1) std::cerr << reports::capacity_heading(found_);
    std::cerr << reports::capacity_line(found_, judged) << std::flush;
  }

  std::string why_it_ended() const {
    if (!search_.highest()) return "not even the lowest load held";
    if (!search_.missed()) return "it is the most that was to be tried";
    return std::string(kNextMissed);
  }

  const Execution& execution_;
  const CapacityPlan& plan_;
  CapacitySearch search_;
  Capacity found_;
  Executed told_;
  double told_level_ = 0;
  int length_ = 1;  // of each step, in planned lengths
  bool told_held_ = false, given_up_ = false;
};

}  // namespace

Executed find_max(const Execution& execution) {
  LG_ASSERT(execution.scenario.capacity.has_value());
  return Search(execution).run();
}

}  // namespace loadgen
