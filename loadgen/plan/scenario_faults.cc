// [[faults]]
#include <algorithm>

#include "loadgen/plan/scenario_draft.h"

namespace loadgen {
namespace {

using document::Value;

constexpr std::string_view kHooks[] = {"require", "inject", "confirm", "recovered", "revert"};

FaultKind kind_of(const Value& table) {
  const std::string kind = text_at(table, "kind");
  if (kind == "load") return FaultKind::load;
  if (kind == "external") return FaultKind::external;
  return kind == "kubernetes" ? FaultKind::kubernetes : FaultKind::command;
}

/// The group that gets the fault: always one of role experimental.
const Group* read_group(Draft& draft, const Value& table) {
  const Scenario& scenario = draft.scenario;
  const Value* name = text_value(table, "group");
  if (name == nullptr || name->blank) {
    if (scenario.experimental() == nullptr && !scenario.groups.empty()) {
      draft.findings.add(table.place, "no group can get this fault",
                         "a group called experimental, or one with role = \"experimental\"");
    }
    return scenario.experimental();
  }
  if (!check_known(draft, *name, "group", group_names(draft))) return nullptr;
  const Group& group = scenario.groups[scenario.group_index(name->text)];
  if (group.role == Role::control) {
    draft.findings.add(*name, "group '" + group.name + "' is control, which is never touched",
                       "a group of role experimental");
    return nullptr;
  }
  return &group;
}

void read_hooks(Draft& draft, const Value& table, const Group* group, Fault& fault) {
  fault.require = texts_at(table, "require");
  fault.inject = texts_at(table, "inject");
  fault.confirm = texts_at(table, "confirm");
  fault.recovered = texts_at(table, "recovered");
  fault.revert = texts_at(table, "revert");
  if (fault.inject.empty()) {
    draft.findings.add(place_at(table, "inject"), "a command fault needs 'inject'",
                       "a program and its arguments, e.g. [\"./break.sh\", \"$namespace\"]");
  }
  if (group != nullptr) {
    for (const std::string_view hook : kHooks) check_hook(draft, table, hook, *group);
  }
}

void read_load_fault(Draft& draft, const Value& table, Fault& fault) {
  const Value* name = text_value(table, "workload");
  if (name == nullptr) {
    draft.findings.add(table.place, "a load fault needs 'workload': what is multiplied");
  } else if (check_known(draft, *name, "workload", workload_names(draft)) && !name->blank) {
    fault.workload = name->text;
    if (draft.scenario.workloads[draft.scenario.workload_index(name->text)].closed_loop()) {
      draft.findings.add(
          *name, "workload '" + name->text + "' is closed loop: it has no rate to multiply");
    }
  }
  const std::optional<double> multiply = number_at(table, "multiply");
  fault.multiply = multiply.value_or(1);
  if (!multiply || *multiply <= 1) {
    draft.findings.add(place_at(table, "multiply"), "a load fault needs 'multiply' above 1",
                       "3 makes three times the load");
  }
}

void read_times(Draft& draft, const Value& table, Fault& fault) {
  const Duration during = draft.scenario.phases.during;
  fault.at = duration_at(table, "at").value_or(Duration{0});
  fault.duration = duration_at(table, "duration");
  fault.timeout = duration_at(table, "timeout").value_or(fault.timeout);
  if (during.count() == 0) return;
  const std::string length = "'during', " + print_duration(during);
  if (fault.at >= during) {
    draft.findings.add(place_at(table, "at"), "'at' is not within " + length);
    return;
  }
  if (fault.duration && fault.at + *fault.duration > during) {
    draft.findings.add(place_at(table, "duration"), "'at' + 'duration' is beyond " + length);
  }
  if (fault.kind != FaultKind::external) return;
  fault.wait = duration_at(table, "wait").value_or(during - fault.at);
  if (fault.at + fault.wait > during) {
    draft.findings.add(place_at(table, "wait"), "'at' + 'wait' is beyond " + length);
  }
}

Fault read_fault(Draft& draft, const Value& table) {
  Fault fault;
  fault.name = text_at(table, "name");
  fault.kind = kind_of(table);
  const Group* group = read_group(draft, table);
  if (group != nullptr) fault.group = group->name;
  read_times(draft, table, fault);
  const Value* kind = text_value(table, "kind");
  if (fault.kind == FaultKind::kubernetes) {
    draft.findings.add(*kind,
                       "fault kind \"kubernetes\" can't run yet: the Kubernetes client is not "
                       "part of this version");
  } else if (fault.kind == FaultKind::load) {
    read_load_fault(draft, table, fault);
  } else if (fault.kind == FaultKind::command && kind != nullptr && kind->text == "command") {
    read_hooks(draft, table, group, fault);
  }
  if (fault.kind == FaultKind::external && table.find("duration") != nullptr) {
    draft.findings.add(
        place_at(table, "duration"),
        "nothing of an external fault is reverted here: 'wait' says how long it lasts");
  }
  return fault;
}

}  // namespace

void read_faults(Draft& draft, const Value& root) {
  const std::vector<const Value*> tables = tables_at(root, "faults");
  check_unique(draft, tables, "name", "fault");
  if (!tables.empty() && draft.scenario.phases.during.count() == 0) {
    draft.findings.add(tables.front()->place, "a fault needs the phase 'during'",
                       "[phases] during = \"3m\"");
  }
  for (const Value* table : tables) draft.scenario.faults.push_back(read_fault(draft, *table));
  if (tables.empty() && draft.scenario.phases.during.count() > 0) {
    const Value* phases = root.find("phases");
    draft.findings.warn(place_at(*phases, "during"), "there is a 'during' and no fault in it");
  }
}

}  // namespace loadgen
