// A script that cannot be read: the message as pgbench words it, and as file:line:column.
#pragma once

#include <string>
#include <utility>

#include "loadgen/core/error.h"

namespace loadgen::pgbench {

/// Where and what. line and column count from 1; 0: not known.
struct ScriptFault {
  std::string script;  // its name; empty: the fault is not in a script
  int line = 0;
  int column = 0;       // in bytes
  std::string message;  // what is wrong, with the word in question in parentheses
  std::string command;  // the meta command as written, without the backslash; empty: none
};

/// what() is the text that pgbench prints after "pgbench: error: ", without the last newline: the
/// message and, where pgbench shows them, the line and a caret. `loadgen pgbench` exits with 1.
class ScriptError : public UserError {
 public:
  ScriptError(ScriptFault fault, const std::string& pgbench_text)
      : UserError(pgbench_text), fault_(std::move(fault)) {}
  explicit ScriptError(const std::string& pgbench_text)
      : ScriptError({"", 0, 0, pgbench_text, ""}, pgbench_text) {}

  const ScriptFault& fault() const { return fault_; }
  /// "script:line:column: message", as the findings in a scenario are printed.
  std::string located() const;

 private:
  ScriptFault fault_;
};

}  // namespace loadgen::pgbench
