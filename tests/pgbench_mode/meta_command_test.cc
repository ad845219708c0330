#include "pgbench_mode/meta_command.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "pgbench_mode/script_error.h"

using namespace loadgen::pgbench;
using namespace std::chrono_literals;

namespace {

MetaCommand meta(const std::string& text, std::size_t backslash = 0) {
  return parse_meta_command({"s.sql", text, backslash, 1});
}

Sleep sleep_of(const std::string& text) { return meta(text).command.value().sleep; }

struct Row {
  std::string why, text;
  std::string pgbench;  // what pgbench 15.20 printed (the installed one, asked once)
  std::string place;    // line:column of the fault
};

void check_refused(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.why);
    try {
      meta(row.text);
      FAIL_CHECK("not refused");
    } catch (const ScriptError& error) {
      CHECK(error.what() == "s.sql:1: " + row.pgbench);
      const ScriptFault& fault = error.fault();
      CHECK(std::to_string(fault.line) + ":" + std::to_string(fault.column) == row.place);
    }
  }
}

}  // namespace

TEST_CASE("words, and how a line is continued") {
  struct Words {
    std::string why, text;
    std::vector<std::string> arguments;
    std::size_t end;
  };
  for (const Words& row : {
           Words{"two", "\\shell a b", {"a", "b"}, 10},
           Words{"to the end of the line", "\\shell a\n b", {"a"}, 9},
           Words{"blanks", "\\ shell\t a \f\v\r\n", {"a"}, 15},
           Words{"no quotes", "\\shell 'a b' ;", {"'a", "b'", ";"}, 14},
           Words{"continued behind a blank", "\\shell a \\\n b\nc", {"a", "b"}, 14},
           Words{"continued behind a word", "\\shell a\\\nb", {"a", "b"}, 11},
           Words{"with a carriage return", "\\shell a\\\r\nb\r\n", {"a", "b"}, 14},
           Words{"the second of two backslashes continues", "\\shell a\\\\\nb", {"a\\", "b"}, 12},
           Words{"a backslash at the end of the text is a word", "\\shell \\", {"\\"}, 8},
           Words{"one that blanks follow, too", "\\shell \\ \nb", {"\\"}, 10},
       }) {
    CAPTURE(row.why);
    const MetaCommand found = meta(row.text);
    REQUIRE(found.command);
    CHECK(found.command->kind == CommandKind::shell);
    CHECK(found.command->arguments == row.arguments);
    CHECK(found.end == row.end);
  }
}

TEST_CASE("a backslash alone is nothing") {
  for (const char* text : {"\\", "\\\n", "\\ \t\r\n", "\\ \\\n \n"}) {
    CAPTURE(std::string(text));
    const MetaCommand found = meta(text);
    CHECK(!found.command);
    CHECK(found.gather == Gather::none);
    CHECK(found.end == std::string(text).size());
  }
}

TEST_CASE("each command by its name, in any case") {
  struct Named {
    const char* text;
    CommandKind kind;
  };
  for (const Named& row :
       {Named{"\\set x 1", CommandKind::set}, Named{"\\SET x 1", CommandKind::set},
        Named{"\\sleep 1", CommandKind::sleep}, Named{"\\if 1", CommandKind::if_},
        Named{"\\elif 1", CommandKind::elif_}, Named{"\\Else", CommandKind::else_},
        Named{"\\endif", CommandKind::endif_},
        Named{"\\startpipeline", CommandKind::start_pipeline},
        Named{"\\endpipeline", CommandKind::end_pipeline},
        Named{"\\setshell x y", CommandKind::setshell}, Named{"\\shell y", CommandKind::shell}}) {
    CAPTURE(std::string(row.text));
    const MetaCommand found = meta(row.text);
    REQUIRE(found.command);
    CHECK(found.command->kind == row.kind);
    CHECK(found.command->first_line == row.text);
  }
  CHECK(meta("\\gset").gather == Gather::gset);
  CHECK(meta("\\gset p").prefix == "p");
  CHECK(meta("\\aset").gather == Gather::aset);
  CHECK(meta("\\setshell x y z").command->variable == "x");
  CHECK(meta("\\setshell x y z").command->arguments == std::vector<std::string>{"y", "z"});
}

TEST_CASE("\\set and \\if take an expression to the end of the line") {
  const Command set = meta("  \\set x\\\n 1 +\\\r\n 2 \r\nselect", 2).command.value();
  CHECK(set.variable == "x");
  CHECK(set.first_line == "\\set x\\\n 1 +\\\r\n 2 ");
  CHECK(set.expression == parse_expression("1 + 2"));
  CHECK(meta("\\set é-1 1").command->variable == "é-1");  // refused when it is run
  CHECK(meta("\\if :x = 1\n2").command->expression == parse_expression(":x = 1"));
}

TEST_CASE("\\sleep") {
  CHECK(sleep_of("\\sleep 2") == Sleep{"", 2, 1s});
  CHECK(sleep_of("\\sleep 2 s") == Sleep{"", 2, 1s});
  CHECK(sleep_of("\\sleep 2ms") == Sleep{"", 2, 1ms});
  CHECK(sleep_of("\\sleep 2 US") == Sleep{"", 2, 1us});
  CHECK(sleep_of("\\sleep :x us") == Sleep{"x", 0, 1us});
  CHECK(sleep_of("\\sleep :x") == Sleep{"x", 0, 1s});
  CHECK(sleep_of("\\sleep -1") == Sleep{"", -1, 1s});
  CHECK(sleep_of("\\sleep +1ms") == Sleep{"", 1, 1ms});
  CHECK(sleep_of("\\sleep -") == Sleep{"", 0, 1s});
  check_refused({
      {"nothing", "\\sleep", "missing argument in command \"sleep\"\n\\sleep", "1:1"},
      {"a word too many", "\\sleep 1 ms foo",
       "too many arguments in command \"sleep\"\n"
       "\\sleep 1 ms foo\n"
       "            ^ error found here",
       "1:13"},
      {"the unit twice", "\\sleep 1ms ms",
       "invalid sleep time, must be an integer (1ms) in command \"sleep\"\n"
       "\\sleep 1ms ms\n"
       "       ^ error found here",
       "1:8"},
      {"no number", "\\sleep abc\n",
       "invalid sleep time, must be an integer (abc) in command \"sleep\"\n"
       "\\sleep abc\n"
       "       ^ error found here",
       "1:8"},
      {"another unit", "\\sleep 1 foo",
       "unrecognized time unit, must be us, ms or s (foo) in command \"sleep\"\n"
       "\\sleep 1 foo\n"
       "         ^ error found here",
       "1:10"},
      {"right behind the number", "\\sleep 1foo",
       "unrecognized time unit, must be us, ms or s (foo) in command \"sleep\"\n"
       "\\sleep 1foo\n"
       "        ^ error found here",
       "1:9"},
      {"on the next line", "\\sleep 1 \\\nfoo",
       "unrecognized time unit, must be us, ms or s (foo) in command \"sleep\"\n"
       "\\sleep 1 \\\nfoo\n"
       "           ^ error found here",
       "2:1"},
  });
}

TEST_CASE("wrong expressions are pointed at") {
  check_refused({
      {"no name", "\\set", "missing argument in command \"set\"", "1:1"},
      {"no expression", "\\set x\n",
       "syntax error in command \"set\"\n"
       "\\set x\n"
       "      ^ error found here",
       "1:7"},
      {"the text ends", "\\set x 1 +",
       "syntax error in command \"set\"\n"
       "\\set x 1 +\n"
       "         ^ error found here",
       "1:10"},
      {"the line ends", "\\set x 1 +\r\n1;",
       "syntax error in command \"set\"\n"
       "\\set x 1 +\n"
       "           ^ error found here",
       "1:12"},
      {"a line further on", "\\set x \\\n1 +\\\n* 2\n",
       "syntax error in command \"set\"\n"
       "\\set x \\\n1 +\\\n* 2\n"
       "              ^ error found here",
       "3:1"},
      {"no such function", "\\if foo(",
       "unexpected function name (foo) in command \"if\"\n"
       "\\if foo(\n"
       "      ^ error found here",
       "1:7"},
      {"a command behind it", "\\set x 1 \\gset\n",
       "unexpected character (\\) in command \"set\"\n"
       "\\set x 1 \\gset\n"
       "         ^ error found here",
       "1:10"},
      {"pgbench reads on, and reports the last byte that begins no token", "\\set x foo(1) $;\n",
       "unexpected character (;) in command \"set\"\n"
       "\\set x foo(1) $;\n"
       "               ^ error found here",
       "1:16"},
      {"none for \\elif", "\\elif\n",
       "syntax error in command \"elif\"\n"
       "\\elif\n"
       "     ^ error found here",
       "1:6"},
  });
}

TEST_CASE("wrong words") {
  std::string words = "\\shell";
  for (int i = 0; i < 255; ++i) words += " a";
  CHECK(meta(words).command->arguments.size() == 255);
  check_refused({
      {"no such command", "\\foo bar\n", "invalid command in command \"foo\"\n\\foo bar", "1:1"},
      {"of a later pgbench", "\\syncpipeline",
       "invalid command in command \"syncpipeline\"\n\\syncpipeline", "1:1"},
      {"two backslashes", "\\\\set x 1", "invalid command in command \"\\set\"\n\\\\set x 1",
       "1:1"},
      {"an argument for \\else", "\\else 1", "unexpected argument in command \"else\"\n\\else 1",
       "1:1"},
      {"one for \\endpipeline", "\\endpipeline x\r\n",
       "unexpected argument in command \"endpipeline\"\n\\endpipeline x", "1:1"},
      {"two for \\gset", "\\gset a b", "too many arguments in command \"gset\"\n\\gset a b", "1:1"},
      {"no command", "\\shell", "missing command in command \"shell\"\n\\shell", "1:1"},
      {"no command to set from", "\\setshell x",
       "missing argument in command \"setshell\"\n\\setshell x", "1:1"},
      {"one word too many", words + " a", "too many arguments in command \"shell\"", "1:1"},
  });
}

TEST_CASE("columns count bytes from 1 in their own line") {
  CHECK(column_of("abc", 0) == 1);
  CHECK(column_of("abc", 3) == 4);
  CHECK(column_of("a\nbc", 1) == 2);
  CHECK(column_of("a\nbc", 2) == 1);
}
