// [experiment] order and rounds: benchmark mode.
#include "loadgen/plan/rounds.h"
#include "loadgen/plan/scenario_draft.h"

namespace loadgen {
namespace {

using document::Value;

constexpr std::uint32_t kDefaultRounds = 6;

/// What makes no sense when the groups take turns. Returns whether there are two to take them.
bool check_alone(Draft& draft, const Value& where) {
  const Scenario& scenario = draft.scenario;
  const auto add = [&](const std::string& what, const std::string& expected = "") {
    draft.findings.add(where, what, expected);
  };
  const bool two = scenario.control() != nullptr && scenario.experimental() != nullptr;
  if (!two) {
    add("benchmark mode compares two groups: base (role control) and head (role experimental)",
        "[groups.control] and [groups.experimental], or groups with those roles");
  }
  if (scenario.phases.during > Duration{0} || scenario.phases.after > Duration{0}) {
    add("benchmark mode divides `before` among the groups: there is no during and no after");
  }
  if (!scenario.faults.empty()) add("benchmark mode knows no faults");
  for (const Workload& workload : scenario.workloads) {
    if (workload.stages.empty()) continue;
    add("workload '" + workload.name +
            "' has stages: in turns the groups would get other parts "
            "of it",
        "rate = 100");
  }
  return two;
}

}  // namespace

void read_rounds(Draft& draft, const Value& root) {
  const Value* experiment = root.find("experiment");
  if (experiment == nullptr || !experiment->is(Value::Kind::table)) return;
  const Value* order = text_value(*experiment, "order");
  const auto rounds = count_at(*experiment, "rounds");
  if (order == nullptr) {
    if (const Value* alone = experiment->find("rounds")) {
      draft.findings.add(*alone, "'rounds' without 'order'", "order = \"ABBA\"");
    }
    return;
  }
  const bool alone = check_alone(draft, *order);
  const std::uint32_t wanted = rounds.value_or(kDefaultRounds);
  const Duration before = draft.scenario.phases.before;
  if (before == Duration{0} || wanted == 0) return;  // reported elsewhere
  if (turn_length(before, wanted)) {
    // A scenario with findings is not used, but for that of a journal with blank variables.
    if (alone) draft.scenario.experiment.rounds = wanted;
    return;
  }
  const Duration round = std::chrono::seconds(2);
  const Duration nearest =
      std::max<Duration>(before - before % (round * wanted), round * 3 * wanted);
  const Value* phases = root.find("phases");
  draft.findings.add(place_at(*phases, "before"),
                     std::to_string(wanted) + " rounds make " + std::to_string(2 * wanted) +
                         " turns of whole seconds, at least 3 s "
                         "each: 'before' can't be divided into them",
                     "before = \"" + print_duration(nearest) + "\"");
}

}  // namespace loadgen
