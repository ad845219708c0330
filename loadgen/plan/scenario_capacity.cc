// [capacity].
#include <algorithm>

#include "loadgen/plan/scenario_draft.h"

namespace loadgen {
namespace {

using document::Value;

constexpr double kMostLoad = 1e7;

/// The workload that is raised; null when it was reported.
const Workload* raised_by(Draft& draft, const Value& table) {
  const auto& workloads = draft.scenario.workloads;
  const Value* named = text_value(table, "workload");
  if (named != nullptr) {
    if (!check_known(draft, *named, "workload", workload_names(draft)) || named->blank)
      return nullptr;
    return &workloads[draft.scenario.workload_index(named->text)];
  }
  const auto own = [](const Workload& w) { return w.probe == Probe::none; };
  if (std::count_if(workloads.begin(), workloads.end(), own) == 1)
    return &*std::find_if(workloads.begin(), workloads.end(), own);
  if (!workloads.empty())
    draft.findings.add(table, "'workload' is missing: there are several to raise");
  return nullptr;
}

/// What makes no sense beside a search.
void check_alone(Draft& draft, const Value& table, const Workload* workload) {
  const Scenario& scenario = draft.scenario;
  if (scenario.phases.during > Duration{0} || scenario.phases.after > Duration{0}) {
    draft.findings.add(table,
                       "[capacity] holds each step for [phases] before: there is no during and no "
                       "after, and no fault");
  }
  if (scenario.groups.size() > 1)
    draft.findings.add(table, "[capacity] needs a scenario with one group");
  if (workload != nullptr && !workload->stages.empty()) {
    draft.findings.add(table, "'" + workload->name + "' has stages; [capacity] sets its rate",
                       "rate = 100");
  }
}

}  // namespace

void read_capacity(Draft& draft, const Value& root) {
  const Value* table = root.find("capacity");
  if (table == nullptr || !table->is(Value::Kind::table)) return;
  CapacityPlan plan;
  plan.limits = texts_at(*table, "limit");
  const Workload* workload = raised_by(draft, *table);
  check_alone(draft, *table, workload);
  if (workload != nullptr) {
    plan.workload = workload->name;
    plan.over_clients = workload->closed_loop();
    plan.from = plan.over_clients ? workload->clients : workload->rate.per_second;
  }
  plan.from = number_at(*table, "from").value_or(std::max(1.0, plan.from));
  plan.most = number_at(*table, "most").value_or(kMostLoad);
  if (plan.from > plan.most)
    draft.findings.add(place_at(*table, "most"), "'most' is below the first step");
  if (plan.over_clients && plan.from != static_cast<double>(static_cast<std::int64_t>(plan.from)))
    draft.findings.add(place_at(*table, "from"), "clients are a whole number");
  for (const Value* each : tables_at(root, "workloads")) {
    if (text_at(*each, "name") == plan.workload)
      plan.own_cap = each->find("max_in_flight") != nullptr;
  }
  if (const Value* limits = table->find("limit")) {
    CheckSet set = limits_of_capacity(draft, *limits, plan.workload);
    for (const Check& check : set.asserts) {
      if (unit_of(check.metric) == Unit::seconds)
        plan.slowest_s = std::max(plan.slowest_s, check.bound);
    }
    draft.scenario.steady_state.checks.push_back(std::move(set));
  }
  draft.scenario.capacity = std::move(plan);
}

}  // namespace loadgen
