// A pgbench script: SQL commands and meta commands, read as pgbench 15 reads them.
//
// A script is parsed once and then const; every client runs the same commands. What depends on
// the protocol is there in both forms: `text` with `uses` for simple, `numbered` for the others.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pgbench_mode/expression.h"

namespace loadgen::pgbench {

enum class CommandKind {
  sql,
  set,
  sleep,
  if_,
  elif_,
  else_,
  endif_,
  start_pipeline,
  end_pipeline,
  setshell,
  shell,
};

/// What becomes of the rows of an SQL command: \gset and \aset are folded into the SQL they follow.
enum class Gather { none, gset, aset };

/// `:name` in an SQL text: offset and length in bytes, the colon included.
struct VariableUse {
  std::size_t offset = 0;
  std::size_t length = 0;
  bool operator==(const VariableUse&) const = default;
};

/// How long \sleep sleeps: `amount` or, when there is a name, the value of `variable`, in units.
struct Sleep {
  std::string variable;  // without the colon; empty: amount
  std::int64_t amount = 0;
  std::chrono::microseconds unit = std::chrono::seconds(1);
  bool operator==(const Sleep&) const = default;
};

/// What an SQL command has to do with the ledger; see ledger_script.h.
enum class LedgerPart { none, writes, commits, writes_and_commits };

struct Command {
  CommandKind kind = CommandKind::sql;
  int line = 0;            // in the script, from 1: where the command starts
  std::string first_line;  // what -r and error messages show

  // sql
  std::string text;                     // as written, `:name` kept, the `;` included
  std::vector<VariableUse> uses;        // where `text` names variables, ascending
  std::string numbered;                 // `text` with $1, $2, … for the uses
  std::vector<std::string> parameters;  // the names; parameters[i] is $i+1 and uses[i]
  Gather gather = Gather::none;
  std::string prefix;  // of the variables that \gset and \aset set
  LedgerPart ledger = LedgerPart::none;
  int commit_result = 0;  // which of its results, from 0, is that of the ledger's COMMIT

  // meta commands
  std::vector<std::string> arguments;  // the words after the command's name
  std::string variable;                // set, setshell: which one is set
  Expression expression;               // set, if_, elif_
  Sleep sleep;
  // if_, elif_, else_: index in the script of what follows the branch when it is not taken, the
  // next \elif, \else or \endif of the same \if; and of that \endif.
  std::size_t next_branch = 0;
  std::size_t endif = 0;
};

struct Script {
  std::string name;  // the file as given, or the description of a built-in
  int weight = 1;
  std::vector<Command> commands;  // never empty
};

/// pgbench's limits.
constexpr std::size_t kMaxScripts = 128;
constexpr std::size_t kMaxParameters = 255;

/// Reads a script text (up to a NUL, if there is one). name: of a file or the description of a
/// built-in, as messages show it. Throws ScriptError (script_error.h). Pure.
/// Checked against: the installed pgbench, tests/pgbench_mode/script_test.cc.
Script parse_script(std::string_view text, std::string_view name);

/// An SQL command of this text, to the `;` or without it. Pure.
Command sql_command(std::string text, int line);

/// Throws ScriptError when a command has more variables than the extended and prepared protocols
/// take (kMaxParameters); the simple one takes any number. Pure.
void require_parameters_fit(const Script& script);

/// Throws ScriptError when there are more than kMaxScripts or all weights are 0. Pure.
void require_usable(const std::vector<Script>& scripts);

}  // namespace loadgen::pgbench
