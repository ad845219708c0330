#include "pgbench_mode/loaded_scripts.h"

#include <utility>

#include "loadgen/core/assert.h"
#include "pgbench_mode/script_error.h"

namespace loadgen::pgbench {

namespace {

void require_runnable(const Script& script) {
  for (const Command& command : script.commands) {
    const bool shell = command.kind == CommandKind::shell || command.kind == CommandKind::setshell;
    if (!shell) continue;
    const std::string name = command.kind == CommandKind::shell ? "\\shell" : "\\setshell";
    throw ScriptError({.script = script.name,
                       .line = command.line,
                       .message = name + " would hold up every client of its thread; use pgbench",
                       .command = name.substr(1)},
                      name + " would hold up every client of its thread; use pgbench");
  }
}

/// Where the pipeline that begins at `begin` ends.
std::size_t pipeline_end(const std::vector<Command>& commands, std::size_t begin) {
  std::size_t end = begin;
  while (end < commands.size() && commands[end].kind != CommandKind::end_pipeline) ++end;
  return end;
}

}  // namespace

LoadedScripts::LoadedScripts(std::vector<Script> its_scripts, QueryMode its_mode) : mode(its_mode) {
  for (Script& script : its_scripts) {
    require_runnable(script);
    if (mode != QueryMode::simple) require_parameters_fit(script);
    LoadedScript loaded;
    loaded.number = scripts.size();
    loaded.beside.resize(script.commands.size());
    for (std::size_t i = 0; i < script.commands.size(); ++i) {
      const Command& command = script.commands[i];
      LoadedScript::Beside& beside = loaded.beside[i];
      if (command.kind == CommandKind::start_pipeline)
        beside.pipeline_end = pipeline_end(script.commands, i);
      if (command.kind != CommandKind::sql) continue;
      beside.effect = effect_of(command.text);
      ledger = ledger || command.ledger != LedgerPart::none;
      if (mode != QueryMode::prepared) continue;
      beside.prepared = prepared.size();
      // pgbench's names, for those who look into the server.
      prepared.push_back({"P" + std::to_string(loaded.number) + "_" + std::to_string(i),
                          command.numbered, static_cast<int>(command.parameters.size())});
    }
    total_weight += script.weight;
    loaded.script = std::move(script);
    scripts.push_back(std::move(loaded));
  }
}

std::uint16_t LoadedScripts::by_weight(std::int64_t drawn) const {
  LG_ASSERT(drawn >= 0 && drawn < total_weight);
  std::uint16_t number = 0;
  while ((drawn -= scripts[number].script.weight) >= 0) ++number;
  return number;
}

}  // namespace loadgen::pgbench
