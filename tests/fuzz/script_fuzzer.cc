// pgbench scripts: whatever the text, it is read or refused with a place in it, and the commands of
// what is read are pieces of the text, in its order.
#include <algorithm>
#include <string>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "pgbench_mode/script.h"
#include "pgbench_mode/script_error.h"

using namespace loadgen;
using namespace loadgen::pgbench;

namespace {

void check_sql(const Command& command) {
  LG_ASSERT(!command.text.empty());
  LG_ASSERT(command.first_line.size() <= 127);
  LG_ASSERT(command.text.compare(0, command.first_line.size(), command.first_line) == 0);
  LG_ASSERT(command.uses.size() == command.parameters.size());
  std::size_t end = 0;
  for (std::size_t i = 0; i < command.uses.size(); ++i) {
    const VariableUse& use = command.uses[i];
    LG_ASSERT(use.offset >= end && use.length == command.parameters[i].size() + 1);
    end = use.offset + use.length;
    LG_ASSERT(command.text.substr(use.offset, use.length) == ":" + command.parameters[i]);
  }
  LG_ASSERT(end <= command.text.size());
}

void check_branch(const Script& script, std::size_t i) {
  const auto kind = [&](std::size_t at) { return script.commands[at].kind; };
  const bool opens =
      kind(i) == CommandKind::if_ || kind(i) == CommandKind::elif_ || kind(i) == CommandKind::else_;
  if (!opens) return;
  const Command& command = script.commands[i];
  LG_ASSERT(i < command.next_branch && command.next_branch <= command.endif);
  LG_ASSERT(command.endif < script.commands.size());
  LG_ASSERT(kind(command.endif) == CommandKind::endif_);
  LG_ASSERT(kind(i) != CommandKind::else_ || command.next_branch == command.endif);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  const std::string_view text = bytes.substr(0, bytes.find('\0'));
  const int lines = 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  Script script;
  try {
    script = parse_script(bytes, "fuzz.sql");
  } catch (const ScriptError& error) {
    const ScriptFault& fault = error.fault();
    LG_ASSERT(!fault.message.empty() && fault.script == "fuzz.sql");
    LG_ASSERT(fault.line >= 0 && fault.line <= lines);
    LG_ASSERT(fault.column >= 0 && fault.column <= static_cast<int>(text.size()) + 1);
    LG_ASSERT(error.located().find("fuzz.sql") == 0);
    return 0;
  }
  LG_ASSERT(!script.commands.empty());
  int line = 1;
  std::size_t bytes_of_sql = 0;
  for (std::size_t i = 0; i < script.commands.size(); ++i) {
    const Command& command = script.commands[i];
    LG_ASSERT(command.line >= line && command.line <= lines);
    line = command.line;
    bytes_of_sql += command.text.size();
    if (command.kind == CommandKind::sql) check_sql(command);
    check_branch(script, i);
  }
  LG_ASSERT(bytes_of_sql <= text.size());
  return 0;
}
