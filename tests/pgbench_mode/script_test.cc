#include "pgbench_mode/script.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pgbench_mode/script_error.h"

using namespace loadgen::pgbench;

namespace {

// What pgbench 15.20 said of it (the installed one, asked once), and where the fault is.
struct Refused {
  std::string pgbench, located;
  bool operator==(const Refused&) const = default;
};

template <class Call>
Refused refusal(Call call) {
  try {
    call();
    return {};
  } catch (const ScriptError& error) {
    return {error.what(), error.located()};
  }
}
Refused refused(const std::string& text) {
  return refusal([&] { parse_script(text, "s.sql"); });
}

std::vector<CommandKind> kinds(const Script& script) {
  std::vector<CommandKind> result;
  for (const Command& command : script.commands) result.push_back(command.kind);
  return result;
}

}  // namespace

TEST_CASE("commands come in their order, each with its line and what is shown of it") {
  const Script script = parse_script(
      "-- the title\n"
      "\\set aid random(1, 10) \\\n"
      "  + 1\n"
      "select :aid,\n"
      "  ':aid'; select 2 \\sleep 1 us\n"
      "; -- end\n",
      "a.sql");
  CHECK(script.name == "a.sql");
  CHECK(script.weight == 1);
  CHECK(kinds(script) == std::vector{CommandKind::set, CommandKind::sql, CommandKind::sql,
                                     CommandKind::sleep, CommandKind::sql});
  const auto& commands = script.commands;
  CHECK(commands[0].line == 2);
  CHECK(commands[0].first_line == "\\set aid random(1, 10) \\\n  + 1");
  CHECK(commands[0].variable == "aid");
  CHECK(commands[1].line == 4);
  CHECK(commands[1].first_line == "select :aid,");
  CHECK(commands[1].text == "select :aid,\n  ':aid';");
  CHECK(commands[1].numbered == "select $1,\n  '$2';");
  CHECK(commands[1].parameters == std::vector<std::string>{"aid", "aid"});
  CHECK(commands[1].uses == std::vector<VariableUse>{{7, 4}, {16, 4}});
  CHECK(commands[2].line == 5);
  CHECK(commands[2].text == "select 2 ");
  CHECK(commands[3].line == 5);
  CHECK(commands[3].first_line == "\\sleep 1 us");
  CHECK(commands[4].line == 6);
  CHECK(commands[4].text == ";");
}

TEST_CASE("a text ends at a NUL, and no more than 127 bytes of a line are shown") {
  const Script script = parse_script(std::string("select 1\0;\n\\foo", 15), "a.sql");
  CHECK(script.commands.size() == 1);
  CHECK(script.commands[0].text == "select 1");
  CHECK(parse_script(std::string(127, 'x') + "\ny", "").commands[0].first_line ==
        std::string(127, 'x'));
  CHECK(parse_script(std::string(128, 'x'), "").commands[0].first_line == std::string(127, 'x'));
}

TEST_CASE("\\gset and \\aset belong to the SQL before them") {
  const Script script = parse_script("a \\gset\nb; \n\n\\aset p_\nc;\\GSET q\n d", "a.sql");
  REQUIRE(script.commands.size() == 4);
  CHECK(script.commands[0].gather == Gather::gset);
  CHECK(script.commands[0].prefix.empty());
  CHECK(script.commands[0].text == "a ");
  CHECK(script.commands[1].gather == Gather::aset);
  CHECK(script.commands[1].prefix == "p_");
  CHECK(script.commands[2].gather == Gather::gset);
  CHECK(script.commands[2].prefix == "q");
  CHECK(script.commands[3].gather == Gather::none);

  const std::string follow = "\\gset must follow an SQL command";
  struct Row {
    std::string why, text;
    Refused refused;
  };
  for (const Row& row : {
           Row{"the first", "\\gset", {"s.sql:1: " + follow, "s.sql:1:1: " + follow}},
           Row{"the name is not \\aset's",
               "\\aset\n",
               {"s.sql:1: " + follow, "s.sql:1:1: " + follow}},
           Row{"twice", "a;\n\\gset\n \\gset", {"s.sql:3: " + follow, "s.sql:3:2: " + follow}},
           Row{"after a meta command",
               "a;\n\\set x 1\n\\aset",
               {"s.sql:3: " + follow + " (\\set x 1)", "s.sql:3:1: " + follow + " (\\set x 1)"}},
           Row{"pgbench counts to where it began to look",
               "a;\\gset\n\n\n\\gset",
               {"s.sql:2: " + follow, "s.sql:4:1: " + follow}},
           Row{"and in the beginning all lines",
               "\n\\gset\n\na;\n",
               {"s.sql:4: " + follow, "s.sql:2:1: " + follow}},
       }) {
    CAPTURE(row.why);
    CHECK(refused(row.text) == row.refused);
  }
}

TEST_CASE("conditions know where their branches go on") {
  const Script script = parse_script(
      "\\if 1\n"                     // 0
      "  \\if 2\n"                   // 1
      "  \\endif\n"                  // 2
      "\\elif 3\n"                   // 3
      "a;\n"                         // 4
      "\\elif 4\n"                   // 5
      "\\else\n"                     // 6
      "  \\if 5\n\\else\n\\endif\n"  // 7 8 9
      "\\endif\n"                    // 10
      "\\if 6\n\\endif",             // 11 12
      "a.sql");
  struct Row {
    std::size_t command, next_branch, endif;
  };
  for (const Row& row : {Row{0, 3, 10}, Row{1, 2, 2}, Row{3, 5, 10}, Row{5, 6, 10}, Row{6, 10, 10},
                         Row{7, 8, 9}, Row{8, 9, 9}, Row{11, 12, 12}}) {
    CAPTURE(row.command);
    CHECK(script.commands[row.command].next_branch == row.next_branch);
    CHECK(script.commands[row.command].endif == row.endif);
  }
}

TEST_CASE("conditions that do not fit together") {
  const std::string begin = "condition error in script \"s.sql\" command ";
  struct Row {
    std::string why, text, command, place, message;
  };
  for (const Row& row : {
           Row{"never closed", "a;\n \\if 1\nb;", "4", "2:1", "\\if without matching \\endif"},
           Row{"the outer one", "\\if 1\n\\if 1\n\\endif", "4", "1:1",
               "\\if without matching \\endif"},
           Row{"never opened", "a;\n\\endif", "2", "2:1", "\\endif without matching \\if"},
           Row{"no \\if for \\else", "a;\n\\else", "2", "2:1", "\\else without matching \\if"},
           Row{"no \\if for \\elif", "\\elif 1", "1", "1:1", "\\elif without matching \\if"},
           Row{"two of \\else", "\\if 1\n\\else\n\\else\n\\endif", "3", "3:1",
               "\\else after \\else"},
           Row{"\\elif last", "\\if 1\n\\else\n\\elif 1\n\\endif", "3", "3:1",
               "\\elif after \\else"},
           Row{"an inner \\else is another's", "\\if 1\n\\if 1\n\\else\n\\endif\n\\elif 0\n", "6",
               "1:1", "\\if without matching \\endif"},
       }) {
    CAPTURE(row.why);
    CHECK(refused(row.text) == Refused{begin + row.command + ": " + row.message,
                                       "s.sql:" + row.place + ": " + row.message});
  }
}

TEST_CASE("empty scripts, too many parameters, scripts and no weight") {
  const Refused empty{"empty command list for script \"s.sql\"",
                      "s.sql: empty command list for script"};
  for (const char* text : {"", "\n", "-- a", "\\\n", "\\ \n -- a"}) {
    CAPTURE(std::string(text));
    CHECK(refused(text) == empty);
  }

  std::string sql = "select 0";
  for (int i = 0; i < 255; ++i) sql += ",:a";
  CHECK_NOTHROW(require_parameters_fit(parse_script("a;\n" + sql + ";", "s.sql")));
  const Script too_many = parse_script("a;\n" + sql + ",:b;", "s.sql");
  CHECK(refusal([&] { require_parameters_fit(too_many); }) ==
        Refused{"statement has too many arguments (maximum is 255): " + sql + ",:b;",
                "s.sql:2:1: statement has too many arguments (maximum is 255)"});

  std::vector<Script> scripts(128, parse_script("a", ""));
  CHECK_NOTHROW(require_usable(scripts));
  for (Script& script : scripts) script.weight = 0;
  CHECK(refusal([&] { require_usable(scripts); }).pgbench ==
        "total script weight must not be zero");
  scripts.emplace_back().weight = 1;
  CHECK(refusal([&] { require_usable(scripts); }).pgbench == "at most 128 SQL scripts are allowed");
}
