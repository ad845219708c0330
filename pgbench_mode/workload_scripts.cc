#include "pgbench_mode/workload_scripts.h"

#include <algorithm>
#include <cmath>

#include "pgbench_mode/builtin_scripts.h"
#include "pgbench_mode/script_error.h"

namespace loadgen::pgbench {
namespace {

/// pgbench's weights are whole; those of a scenario need not be.
int whole_weight(double weight, const std::vector<ScriptChoice>& all) {
  const bool whole = std::all_of(all.begin(), all.end(), [](const ScriptChoice& choice) {
    return choice.weight == std::floor(choice.weight);
  });
  return static_cast<int>(std::lround(whole ? weight : weight * 1000));
}

Script read_script(const ScriptChoice& choice) {
  if (choice.text) return parse_script(*choice.text, choice.script);
  const BuiltinScript& builtin = find_builtin(choice.script);
  return parse_script(builtin.text, builtin.description);
}

bool has_ledger(const Script& script) {
  return std::any_of(script.commands.begin(), script.commands.end(),
                     [](const Command& command) { return command.ledger != LedgerPart::none; });
}

}  // namespace

std::vector<Script> scripts_of(const Workload& workload, const LedgerStamp& stamp) {
  const std::vector<ScriptChoice>& choices = workload.pgbench.scripts;
  std::vector<Script> scripts;
  try {
    for (const ScriptChoice& choice : choices) {
      scripts.push_back(read_script(choice));
      scripts.back().weight = whole_weight(choice.weight, choices);
    }
    require_usable(scripts);
    if (!workload.pgbench.audit) return scripts;
    for (Script& script : scripts) add_ledger(script, stamp);
  } catch (const ScriptError& error) {
    throw UserError(error.located());
  }
  if (std::none_of(scripts.begin(), scripts.end(), has_ledger)) {
    throw UserError("workload '" + workload.name +
                    "': audit = true, but none of its scripts writes, as far as their keywords "
                    "tell; expected one with an INSERT, UPDATE, DELETE, MERGE or CALL");
  }
  return scripts;
}

std::map<std::string, std::vector<std::string>> statement_names(const Scenario& scenario) {
  std::map<std::string, std::vector<std::string>> names;
  for (const Workload& workload : scenario.workloads) {
    if (workload.kind != WorkloadKind::pgbench) continue;
    const std::vector<Script> scripts = scripts_of(workload);
    for (std::size_t i = 0; i < scripts.size(); ++i) {
      std::vector<std::string>& commands =
          names[workload.name + "/" + workload.pgbench.scripts[i].script];
      for (const Command& command : scripts[i].commands) commands.push_back(command.first_line);
    }
  }
  return names;
}

}  // namespace loadgen::pgbench
