#include "loadgen/analysis/run_sides.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "loadgen/analysis/load.h"

namespace loadgen {
namespace {

using Runs = std::vector<const ComparableRun*>;

std::string called(const ComparableRun& run) {
  if (run.run_id.empty()) return run.file.empty() ? "a run" : run.file;
  return run.run_id;
}

std::string fact(const ComparableRun& run, const char* key) {
  const auto found = run.host.find(key);
  return found == run.host.end() ? "unknown" : found->second;
}

std::string count_of(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

/// Usable runs, each once. Those that are not are told: as a warning when others are left, else as
/// the reason why there is nothing to compare.
Runs usable(const std::vector<ComparableRun>& given, const std::string& side, RunSides& sides) {
  Runs runs;
  std::set<std::string> seen;
  std::vector<std::pair<std::string, bool>> left_out;  // why, and whether it can't be trusted
  for (const ComparableRun& run : given) {
    if (!run.unusable.empty()) {
      left_out.emplace_back(side + " run " + called(run) + ": " + run.unusable, run.untrusted);
    } else if (!run.run_id.empty() && !seen.insert(run.run_id).second) {
      sides.warnings.push_back(side + " run " + called(run) + " was given twice; it counts once");
    } else {
      runs.push_back(&run);
    }
  }
  for (auto& [why, untrusted] : left_out) {
    if (!runs.empty()) {
      sides.warnings.push_back("left out: " + why);
    } else {
      (untrusted ? sides.distrust : sides.blocks).push_back(why);
    }
  }
  if (given.empty()) sides.blocks.push_back("there is no " + side + " run");
  std::stable_sort(runs.begin(), runs.end(), [](const ComparableRun* a, const ComparableRun* b) {
    return a->started_at < b->started_at;
  });
  return runs;
}

/// A run is no evidence about itself.
void take_out_common(RunSides& sides) {
  std::set<std::string> heads;
  for (const ComparableRun* run : sides.head) heads.insert(run->run_id);
  const auto common = [&](const ComparableRun* run) {
    return !run->run_id.empty() && heads.count(run->run_id) > 0;
  };
  const auto first = std::stable_partition(sides.base.begin(), sides.base.end(),
                                           [&](const ComparableRun* run) { return !common(run); });
  if (first == sides.base.end()) return;
  const std::string ids = called(**first);
  const bool rest = first != sides.base.begin();
  const std::string text =
      "run " + ids + " stands on both sides: compared with itself nothing ever differs";
  (rest ? sides.warnings : sides.blocks)
      .push_back(rest ? text + "; left out of the baseline" : text);
  sides.base.erase(first, sides.base.end());
}

/// Keeps the baseline runs that are like the candidates in what `same` looks at, when at least
/// `least` are.
template <class Same>
void keep_alike(RunSides& sides, std::size_t least, const std::string& unlike, const Same& same) {
  Runs alike;
  std::copy_if(sides.base.begin(), sides.base.end(), std::back_inserter(alike),
               [&](const ComparableRun* run) { return same(*run, *sides.head.front()); });
  if (alike.size() < least || alike.size() == sides.base.size()) return;
  sides.warnings.push_back(count_of(sides.base.size() - alike.size(), "stored run") +
                           " left out: " + unlike);
  sides.base = std::move(alike);
}

bool same_load(const ComparableRun& a, const ComparableRun& b) { return a.load == b.load; }
bool same_machine(const ComparableRun& a, const ComparableRun& b) {
  return fact(a, "cpu") == fact(b, "cpu") && fact(a, "cores") == fact(b, "cores");
}

/// The first run of both sides that is unlike the first candidate in what `same` looks at.
template <class Same>
const ComparableRun* unlike(const RunSides& sides, const Same& same) {
  for (const Runs* side : {&sides.base, &sides.head}) {
    for (const ComparableRun* run : *side) {
      if (!same(*run, *sides.head.front())) return run;
    }
  }
  return nullptr;
}

std::string some_of(const std::vector<std::string>& all) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 3); ++i) {
    text += (i > 0 ? "; " : "") + all[i];
  }
  if (all.size() > 3) text += "; and " + std::to_string(all.size() - 3) + " more";
  return text;
}

void compare_conditions(RunSides& sides) {
  const ComparableRun& head = *sides.head.front();
  if (const ComparableRun* other = unlike(sides, same_load)) {
    sides.blocks.push_back("the runs were under different loads (" +
                           some_of(differences(other->load, head.load)) +
                           "): measure the baseline again with this scenario");
    sides.other_machine = true;
  }
  if (const ComparableRun* other = unlike(sides, same_machine)) {
    sides.other_machine = true;
    sides.warnings.push_back("other machine: " + host_in_words(*other) + " → " +
                             host_in_words(head) + "; every interval is widened for that");
  }
  const auto version = [](const ComparableRun& a, const ComparableRun& b) {
    return a.tool_version == b.tool_version;
  };
  if (const ComparableRun* other = unlike(sides, version)) {
    sides.doubts.push_back("measured with loadgen " + other->tool_version + " and " +
                           head.tool_version +
                           ": the difference may be the instrument's; measure the baseline again");
  }
  const auto kernel = [](const ComparableRun& a, const ComparableRun& b) {
    return fact(a, "kernel") == fact(b, "kernel");
  };
  if (const ComparableRun* other = unlike(sides, kernel)) {
    sides.warnings.push_back("other kernel: " + fact(*other, "kernel") + " → " +
                             fact(head, "kernel"));
  }
}

void take_own_doubts(RunSides& sides) {
  for (const auto& [side, name] :
       {std::pair(&sides.base, "baseline"), {&sides.head, "candidate"}}) {
    for (const ComparableRun* run : *side) {
      for (const std::string& doubt : run->doubts) {
        sides.doubts.push_back(std::string(name) + " run " + called(*run) + ": " + doubt);
      }
      if (run->verdict == "FAILED" || run->verdict == "DEGRADED") {
        sides.warnings.push_back(std::string(name) + " run " + called(*run) + " was " +
                                 run->verdict + " by its own checks");
      }
    }
  }
}

/// Base and head in turns: as many of each, and in time order one of each in every two neighbours.
bool in_turns(const RunSides& sides) {
  if (sides.base.size() != sides.head.size()) return false;
  std::vector<std::pair<std::string, bool>> order;
  for (const ComparableRun* run : sides.base) order.emplace_back(run->started_at, false);
  for (const ComparableRun* run : sides.head) order.emplace_back(run->started_at, true);
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); i += 2) {
    if (order[i].second == order[i + 1].second || order[i].first == order[i + 1].first)
      return false;
  }
  return true;
}

Design design_of(const RunSides& sides) {
  if (in_turns(sides) && sides.base.size() >= kLeastRounds && !sides.other_machine) {
    return Design::paired;
  }
  if (sides.head.size() == 1) {
    return sides.base.size() >= kRunsThatTell ? Design::predicted : Design::assumed;
  }
  return Design::unpaired;
}

}  // namespace

RunSides sides_of(const std::vector<ComparableRun>& baseline,
                  const std::vector<ComparableRun>& candidates) {
  RunSides sides;
  sides.base = usable(baseline, "baseline", sides);
  sides.head = usable(candidates, "candidate", sides);
  take_out_common(sides);
  if (sides.base.empty() || sides.head.empty()) return sides;
  keep_alike(sides, 1, "they ran another load", same_load);
  keep_alike(sides, kRunsThatTell, "they ran on another machine", same_machine);
  compare_conditions(sides);
  take_own_doubts(sides);
  sides.design = design_of(sides);
  return sides;
}

std::string host_in_words(const ComparableRun& run) {
  return fact(run, "cpu") + ", " + fact(run, "cores") + " cores";
}

}  // namespace loadgen
