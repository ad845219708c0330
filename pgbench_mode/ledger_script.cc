#include "pgbench_mode/ledger_script.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "pgbench_mode/script_error.h"
#include "pgbench_mode/sql_effect.h"

namespace loadgen::pgbench {
namespace {

/// The branch of each open \if, outermost first: which \if, and which of its branches.
using BranchPath = std::vector<std::pair<std::size_t, int>>;

struct Step {
  SqlTransactions sql;
  BranchPath path;
  bool in_pipeline = false;
};

std::vector<Step> steps_of(const Script& script) {
  std::vector<Step> steps;
  BranchPath path;
  bool in_pipeline = false;
  for (std::size_t i = 0; i < script.commands.size(); ++i) {
    const Command& command = script.commands[i];
    switch (command.kind) {
      case CommandKind::if_:
        path.emplace_back(i, 0);
        break;
      case CommandKind::elif_:
      case CommandKind::else_:
        path.back().second += 1;
        break;
      case CommandKind::endif_:
        path.pop_back();
        break;
      case CommandKind::start_pipeline:
        in_pipeline = true;
        break;
      case CommandKind::end_pipeline:
        in_pipeline = false;
        break;
      default:
        break;
    }
    Step step{{}, path, in_pipeline};
    if (command.kind == CommandKind::sql) step.sql = transactions_of(command.text);
    steps.push_back(std::move(step));
  }
  return steps;
}

/// Whether a script that took one command can take the later one, too: not when they stand in
/// different branches of an \if.
bool reaches(const BranchPath& earlier, const BranchPath& later) {
  for (std::size_t i = 0; i < std::min(earlier.size(), later.size()); ++i) {
    if (earlier[i].first != later[i].first) return true;
    if (earlier[i].second != later[i].second) return false;
  }
  return true;
}

/// The commands that hold the last COMMIT of a way through the script.
std::vector<std::size_t> last_commits(const std::vector<Step>& steps) {
  std::vector<std::size_t> last;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].sql.commits == 0) continue;
    bool followed = false;
    for (std::size_t j = i + 1; j < steps.size(); ++j)
      followed = followed || (steps[j].sql.commits > 0 && reaches(steps[i].path, steps[j].path));
    if (!followed) last.push_back(i);
  }
  return last;
}

std::string insert_text(const LedgerStamp& stamp) {
  std::string text = "INSERT INTO loadgen_ledger (run, worker, connection, sequence, attempt) ";
  text += "VALUES ('" + stamp.run + "', " + std::to_string(stamp.worker);
  for (const std::string_view variable : {kLedgerConnection, kLedgerSequence, kLedgerAttempt})
    text += ", :" + std::string(variable);
  return text + ");";
}

/// A command that is not the user's; `shown`: what reports call it.
Command ours(const std::string& text, const char* shown, int line, LedgerPart part) {
  Command command = sql_command(text, line);
  command.first_line = shown;
  command.ledger = part;
  return command;
}

Command insert_command(const LedgerStamp& stamp, int line) {
  return ours(insert_text(stamp), "(ledger) INSERT INTO loadgen_ledger", line, LedgerPart::writes);
}

/// A command between whose statements the INSERT goes.
Command with_insert(const Command& command, const SqlTransactions& sql, const LedgerStamp& stamp) {
  std::string text = command.text;
  text.insert(sql.last_commit_at, insert_text(stamp) + " ");
  Command made = sql_command(std::move(text), command.line);
  made.first_line = command.first_line;
  made.gather = command.gather;
  made.prefix = command.prefix;
  made.ledger = LedgerPart::writes_and_commits;
  made.commit_result = static_cast<int>(sql.last_commit + 1);  // the INSERT has one, too
  return made;
}

/// Commands to put before each command of a script; one more entry for its end.
using Additions = std::vector<std::vector<Command>>;

/// The jumps of \if and its like go where they went.
void insert(Script& script, Additions additions) {
  std::vector<std::size_t> moved(script.commands.size());
  std::vector<Command> commands;
  for (std::size_t i = 0; i <= script.commands.size(); ++i) {
    for (Command& added : additions[i]) commands.push_back(std::move(added));
    if (i == script.commands.size()) break;
    moved[i] = commands.size();
    commands.push_back(std::move(script.commands[i]));
  }
  for (Command& command : commands) {
    const bool jumps = command.kind == CommandKind::if_ || command.kind == CommandKind::elif_ ||
                       command.kind == CommandKind::else_;
    if (!jumps) continue;
    command.next_branch = moved[command.next_branch];
    command.endif = moved[command.endif];
  }
  script.commands = std::move(commands);
}

/// A transaction around the script: from the first SQL command to the last, and around the \if or
/// the pipeline that such a command stands in.
void wrap(Script& script, const std::vector<Step>& steps, const LedgerStamp& stamp) {
  const auto outside = [&](std::size_t i) {
    return steps[i].path.empty() && !steps[i].in_pipeline;
  };
  const auto is_sql = [](const Step& step) { return step.sql.statements > 0; };
  const auto first = std::find_if(steps.begin(), steps.end(), is_sql);
  const auto last = std::find_if(steps.rbegin(), steps.rend(), is_sql);
  auto from = static_cast<std::size_t>(first - steps.begin());
  auto to = static_cast<std::size_t>(steps.rend() - last) - 1;
  // An \if counts as within itself, and so does \startpipeline; their ends do not.
  while (from > 0 && !outside(from) && !outside(from - 1)) --from;
  while (to + 1 < steps.size() && !outside(to)) ++to;
  Additions additions(script.commands.size() + 1);
  const int begin_line = script.commands[from].line, end_line = script.commands[to].line;
  additions[from].push_back(ours("BEGIN;", "(ledger) BEGIN", begin_line, LedgerPart::none));
  additions[to + 1].push_back(insert_command(stamp, end_line));
  additions[to + 1].push_back(ours("COMMIT;", "(ledger) COMMIT", end_line, LedgerPart::commits));
  insert(script, std::move(additions));
}

[[noreturn]] void refuse(const Script& script, const std::string& why) {
  const std::string message = "audit = true can't tell the script's last transaction: " + why;
  throw ScriptError({script.name, script.commands.front().line, 1, message, ""}, message);
}

}  // namespace

void add_ledger(Script& script, const LedgerStamp& stamp) {
  const std::vector<Step> steps = steps_of(script);
  const auto any = [&](bool SqlTransactions::*what) {
    return std::any_of(steps.begin(), steps.end(),
                       [&](const Step& step) { return step.sql.*what; });
  };
  if (!any(&SqlTransactions::writes)) return;
  if (any(&SqlTransactions::in_two_phases)) refuse(script, "it commits in two phases");
  const std::vector<std::size_t> last = last_commits(steps);
  if (last.empty()) {
    if (any(&SqlTransactions::opens)) refuse(script, "it begins one and has no COMMIT or END");
    if (any(&SqlTransactions::rolls_back)) refuse(script, "it rolls back and has no COMMIT or END");
    return wrap(script, steps, stamp);
  }
  Additions additions(script.commands.size() + 1);
  for (const std::size_t at : last) {
    Command& commit = script.commands[at];
    if (steps[at].sql.statements > 1) {
      commit = with_insert(commit, steps[at].sql, stamp);
      continue;
    }
    commit.ledger = LedgerPart::commits;
    additions[at].push_back(insert_command(stamp, commit.line));
  }
  insert(script, std::move(additions));
}

}  // namespace loadgen::pgbench
