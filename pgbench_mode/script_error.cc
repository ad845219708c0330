#include "pgbench_mode/script_error.h"

namespace loadgen::pgbench {

std::string ScriptError::located() const {
  if (fault_.script.empty()) return fault_.message;
  std::string text = fault_.script;
  if (fault_.line > 0) text += ":" + std::to_string(fault_.line);
  if (fault_.line > 0 && fault_.column > 0) text += ":" + std::to_string(fault_.column);
  text += ": " + fault_.message;
  if (!fault_.command.empty()) text += " in \\" + fault_.command;
  return text;
}

}  // namespace loadgen::pgbench
