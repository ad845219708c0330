#include "pgbench_mode/script.h"

#include <algorithm>
#include <utility>

#include "pgbench_mode/meta_command.h"
#include "pgbench_mode/script_error.h"
#include "pgbench_mode/sql_splitter.h"
#include "pgbench_mode/sql_variables.h"

namespace loadgen::pgbench {
namespace {

// What -r shows of an SQL command: its first line, and of that no more than pgbench's buffer held.
constexpr std::size_t kShownBytes = 127;

// \gset and \aset become part of the SQL command before them, which takes rows once only.
// counted_line: where pgbench says that a fault is.
void fold_gather(std::vector<Command>& commands, MetaCommand meta, const MetaPlace& place,
                 int counted_line) {
  const auto refuse = [&](const std::string& more) {
    const std::string message = "\\gset must follow an SQL command" + more;
    const std::string script(place.script);
    throw ScriptError({script, place.line, column_of(place.text, place.offset), message, ""},
                      script + ":" + std::to_string(counted_line) + ": " + message);
  };
  if (commands.empty()) refuse("");
  Command& sql = commands.back();
  if (sql.kind != CommandKind::sql) refuse(" (" + sql.first_line + ")");
  if (sql.gather != Gather::none) refuse("");
  sql.gather = meta.gather;
  sql.prefix = std::move(meta.prefix);
}

// Line numbers of ascending offsets.
class LineCount {
 public:
  explicit LineCount(std::string_view text) : text_(text) {}
  int of(std::size_t offset) {
    const std::string_view between = text_.substr(offset_, offset - offset_);
    line_ += static_cast<int>(std::count(between.begin(), between.end(), '\n'));
    offset_ = offset;
    return line_;
  }

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
  int line_ = 1;
};

// The open \if of a script while its commands are gone through.
struct OpenCondition {
  std::size_t branch = 0;             // index of the last \if, \elif or \else
  std::vector<std::size_t> branches;  // all of them
  bool else_seen = false;
};

class Conditions {
 public:
  explicit Conditions(Script& script) : script_(script) {}

  // Checks the nesting and fills in next_branch and endif.
  void link() {
    for (std::size_t i = 0; i < script_.commands.size(); ++i) link_command(i);
    if (!open_.empty()) {
      // pgbench names the place behind the last command; the reader of a file wants the \if.
      fail(script_.commands.size(), open_.back().branches.front(), "\\if without matching \\endif");
    }
  }

 private:
  void link_command(std::size_t i) {
    switch (script_.commands[i].kind) {
      case CommandKind::if_:
        open_.push_back({i, {i}, false});
        break;
      case CommandKind::elif_:
        next_branch(i, "\\elif");
        break;
      case CommandKind::else_:
        next_branch(i, "\\else");
        open_.back().else_seen = true;
        break;
      case CommandKind::endif_:
        if (open_.empty()) fail(i, i, "\\endif without matching \\if");
        script_.commands[open_.back().branch].next_branch = i;
        for (const std::size_t branch : open_.back().branches) script_.commands[branch].endif = i;
        open_.pop_back();
        break;
      default:
        break;
    }
  }

  void next_branch(std::size_t i, const std::string& what) {
    if (open_.empty()) fail(i, i, what + " without matching \\if");
    OpenCondition& condition = open_.back();
    if (condition.else_seen) fail(i, i, what + " after \\else");
    script_.commands[condition.branch].next_branch = i;
    condition.branch = i;
    condition.branches.push_back(i);
  }

  [[noreturn]] void fail(std::size_t counted, std::size_t place, const std::string& message) const {
    ScriptFault fault{script_.name, script_.commands[place].line, 1, message, ""};
    throw ScriptError(std::move(fault), "condition error in script \"" + script_.name +
                                            "\" command " + std::to_string(counted + 1) + ": " +
                                            message);
  }

  Script& script_;
  std::vector<OpenCondition> open_;
};

}  // namespace

Command sql_command(std::string text, int line) {
  Command command;
  command.line = line;
  const std::size_t line_end = std::min(text.find_first_of("\r\n"), text.size());
  command.first_line = text.substr(0, std::min(line_end, kShownBytes));
  command.uses = find_variables(text);
  command.numbered = number_variables(text, command.uses);
  for (const VariableUse& use : command.uses) {
    command.parameters.push_back(text.substr(use.offset + 1, use.length - 1));
  }
  command.text = std::move(text);
  return command;
}

Script parse_script(std::string_view text, std::string_view name) {
  text = text.substr(0, text.find('\0'));
  Script script;
  script.name = name;
  SqlSplitter splitter(text);
  LineCount lines(text);
  SqlSplitter::End end;
  // pgbench counts the lines of a misplaced \gset to where it began to look for the SQL command,
  // and those of the whole text while it has not looked for one yet.
  int counted_line = LineCount(text).of(std::max<std::size_t>(text.size(), 1) - 1);
  do {
    std::string sql;
    end = splitter.next(sql);
    if (!sql.empty()) {
      script.commands.push_back(sql_command(std::move(sql), lines.of(splitter.command_begin())));
    }
    if (end == SqlSplitter::End::backslash) {
      const std::size_t backslash = splitter.offset() - 1;
      const MetaPlace place{name, text, backslash, lines.of(backslash)};
      MetaCommand meta = parse_meta_command(place);
      splitter.resume_at(meta.end);
      if (meta.gather != Gather::none) {
        fold_gather(script.commands, std::move(meta), place, counted_line);
      } else if (meta.command) {
        script.commands.push_back(std::move(*meta.command));
      }
    }
    counted_line = lines.of(splitter.offset());
  } while (end != SqlSplitter::End::text);

  if (script.commands.empty()) {
    const std::string message = "empty command list for script";
    throw ScriptError({script.name, 0, 0, message, ""}, message + " \"" + script.name + "\"");
  }
  Conditions(script).link();
  return script;
}

void require_parameters_fit(const Script& script) {
  for (const Command& command : script.commands) {
    if (command.parameters.size() <= kMaxParameters) continue;
    const std::string message =
        "statement has too many arguments (maximum is " + std::to_string(kMaxParameters) + ")";
    throw ScriptError({script.name, command.line, 1, message, ""}, message + ": " + command.text);
  }
}

void require_usable(const std::vector<Script>& scripts) {
  if (scripts.size() > kMaxScripts) {
    throw ScriptError("at most " + std::to_string(kMaxScripts) + " SQL scripts are allowed");
  }
  const bool any = std::any_of(scripts.begin(), scripts.end(),
                               [](const Script& script) { return script.weight > 0; });
  if (!any) throw ScriptError("total script weight must not be zero");
}

}  // namespace loadgen::pgbench
