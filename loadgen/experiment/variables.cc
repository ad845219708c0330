#include "loadgen/experiment/variables.h"

#include <utility>

#include "loadgen/core/error.h"
#include "loadgen/experiment/process.h"
#include "loadgen/plan/hook_text.h"
#include "loadgen/plan/redact.h"

namespace loadgen {

namespace asio = boost::asio;

std::filesystem::path directory_of(const std::string& scenario_path) {
  if (scenario_path.empty()) return std::filesystem::current_path();
  return std::filesystem::absolute(scenario_path).parent_path();
}

namespace {

[[noreturn]] void refuse(const Group& group, const Variable& variable, const ProcessEnd& end,
                         const std::vector<std::string>& secrets) {
  std::string text = "groups." + group.name + ".vars." + variable.name + ": its command " +
                     shell_text(variable.command) + ": ";
  if (end.stopped) throw UserError(text + "interrupted", ExitCode::interrupted);
  text += end.ok() ? "printed more than 64 KB" : describe(end, kVariableTimeout);
  // What a command of a secret says may well hold the secret.
  if (!variable.secret && !end.output.empty()) text += "\n" + end.output;
  throw UserError(redact(text, secrets));
}

}  // namespace

asio::awaitable<Variables> resolve_group(const Group& group, HookScene& scene, WakeOn wake) {
  Variables values;
  for (const Variable& variable : group.vars) {
    std::string value = variable.value;
    if (!variable.command.empty()) {
      Command command;
      command.argv = variable.command;
      command.environment = {{"LOADGEN_RUN_ID", scene.run_id}, {"LOADGEN_GROUP", group.name}};
      command.directory = scene.directory;
      command.timeout = kVariableTimeout;
      command.kill_on = wake;
      command.separate_stdout = true;
      const ProcessEnd end = co_await run_process(std::move(command));
      if (!end.ok() || end.cut) refuse(group, variable, end, scene.secrets);
      value = end.standard_output;
      while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
    }
    if (variable.secret && !value.empty()) scene.secrets.push_back(value);
    values[variable.name] = value;
  }
  co_return values;
}

asio::awaitable<void> resolve_variables(const Scenario& scenario, HookScene& scene, WakeOn wake) {
  scene.secrets.insert(scene.secrets.end(), scenario.secrets.begin(), scenario.secrets.end());
  scene.variables.clear();
  for (const Group& group : scenario.groups) {
    Variables values = co_await resolve_group(group, scene, wake);
    scene.variables.push_back(std::move(values));
  }
}

}  // namespace loadgen
