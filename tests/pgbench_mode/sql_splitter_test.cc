#include "pgbench_mode/sql_splitter.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using loadgen::pgbench::SqlSplitter;

namespace {

using Pieces = std::vector<std::string>;

// The commands of a text without meta commands; what pgbench 15.20 sent to a server for it.
Pieces split(const std::string& text) {
  Pieces pieces;
  SqlSplitter splitter(text);
  while (true) {
    std::string sql;
    const SqlSplitter::End end = splitter.next(sql);
    CHECK(end != SqlSplitter::End::backslash);
    if (!sql.empty()) pieces.push_back(sql);
    if (end == SqlSplitter::End::text) return pieces;
  }
}

struct Row {
  std::string why, text;
  Pieces pieces;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(split(row.text) == row.pieces);
  }
}

}  // namespace

TEST_CASE("commands end at a semicolon or with the text") {
  check({
      {"nothing", "", {}},
      {"blanks only", " \n\t\f\v\r\n", {}},
      {"one", "select 1;", {"select 1;"}},
      {"the last one without a semicolon keeps its blanks", "a; b \n\n", {"a;", "b \n\n"}},
      {"an empty command is one, as in pgbench", ";;", {";", ";"}},
      {"lines and tabs inside stay", "\n\n  a\n\tb;\r\nc;", {"a\n\tb;", "c;"}},
      {"\\; and \\: are characters", "a\\; b\\:c; d", {"a; b:c;", "d"}},
      {"\\; at the beginning", "\\;\\;", {";;"}},
  });
}

TEST_CASE("comments") {
  check({
      {"lines of comment before a command are left out", "-- a;\n -- b\nc;", {"c;"}},
      {"a comment only", "-- a", {}},
      {"inside a command it stays, its semicolon ends nothing", "a -- b;\nc;", {"a -- b;\nc;"}},
      {"a carriage return ends it", "a -- b;\rc;d", {"a -- b;\rc;", "d"}},
      {"a block comment is a command", "/* a */", {"/* a */"}},
      {"nested", "/* /* ; */ ; */ a; b", {"/* /* ; */ ; */ a;", "b"}},
      {"its end overlaps nothing", "/*/ ; */;/**/a", {"/*/ ; */;", "/**/a"}},
      {"never closed", "a /* b; c", {"a /* b; c"}},
      {"behind an operator", "a+/* ; */;@--;\n;", {"a+/* ; */;", "@--;\n;"}},
      {"two dashes apart are none", "a - - ;b", {"a - - ;", "b"}},
  });
}

TEST_CASE("quotes") {
  check({
      {"a string", "';';a", {"';';", "a"}},
      {"a doubled quote", "'a'';';b", {"'a'';';", "b"}},
      {"a backslash escapes nothing in it", "'\\';a", {"'\\';", "a"}},
      {"never closed", "'a;", {"'a;"}},
      {"E strings know backslashes", "E'\\';';a", {"E'\\';';", "a"}},
      {"an escaped backslash", "e'\\\\';a", {"e'\\\\';", "a"}},
      {"doubled in an E string", "E'a''\\';';b", {"E'a''\\';';", "b"}},
      {"continued on the next line", "E'a' --c;\n '\\';';b", {"E'a' --c;\n '\\';';", "b"}},
      {"not continued on the same line", "E'a' '\\';b", {"E'a' '\\';", "b"}},
      {"not continued behind a comment that ends the text", "E'a' --'", {"E'a' --'"}},
      {"the E of a longer word is none", "ae'\\';b", {"ae'\\';", "b"}},
      {"nor that behind a number", "1E'\\';b", {"1E'\\';", "b"}},
      {"nor that of a variable", ":e'\\';b", {":e'\\';", "b"}},
      {"bits, hex, national, Unicode", "b';'x';'n';'u&'\\';a", {"b';'x';'n';'u&'\\';", "a"}},
      {"a name", "\"a;\"\"b;\";c", {"\"a;\"\"b;\";", "c"}},
      {"a name never closed", "\"a;", {"\"a;"}},
      {"a quote in a name and a name in a quote", "\"';\";'\";';a", {"\"';\";", "'\";';", "a"}},
  });
}

TEST_CASE("dollar quotes") {
  check({
      {"without a tag", "$$;$$;a", {"$$;$$;", "a"}},
      {"another tag inside", "$a$;$b$;$a$;c", {"$a$;$b$;$a$;", "c"}},
      {"the end right behind a dollar", "$a$;$$a$;c", {"$a$;$$a$;", "c"}},
      {"never closed", "$a$;$b$;", {"$a$;$b$;"}},
      {"parameters are none", "$1$;$1$;", {"$1$;", "$1$;"}},
      {"nor the dollars of an identifier", "a$b$;$b$", {"a$b$;", "$b$"}},
      {"nor those behind a number and a word", "1e$a$;$a$", {"1e$a$;", "$a$"}},
      {"one behind a variable", ":a$b$;$b$;c", {":a$b$;$b$;", "c"}},
      {"a lone dollar", "$ ; $a ; b", {"$ ;", "$a ;", "b"}},
      {"tags of any alphabet", "$\xc3\xa9$;$\xc3\xa9$;a", {"$\xc3\xa9$;$\xc3\xa9$;", "a"}},
  });
}

TEST_CASE("numbers") {
  check({
      {"the sign of a broken exponent starts no comment", "1e--;\n;", {"1e--;", ";"}},
      {"that of a whole one", "1.5e-2--;\n;", {"1.5e-2--;\n;"}},
      {"ranges", "1..2;.5;a", {"1..2;", ".5;", "a"}},
  });
}

TEST_CASE("parentheses and function bodies hold semicolons") {
  const std::string body = "begin atomic select case when 1 then 2 end; select 2; end;";
  check({
      {"a rule's commands", "(a;(b;));c", {"(a;(b;));", "c"}},
      {"a closing one too many", ");(a;);b", {");", "(a;);", "b"}},
      {"open at the end", "(a;b", {"(a;b"}},
      {"a function", "create function f() " + body + "a", {"create function f() " + body, "a"}},
      {"a procedure that may be there",
       "CREATE OR REPLACE PROCEDURE f() " + body + "a",
       {"CREATE OR REPLACE PROCEDURE f() " + body, "a"}},
      {"a transaction is no body", "begin; select 1; end;", {"begin;", "select 1;", "end;"}},
      {"BEGIN in a function's parentheses",
       "create function f(begin) a;b",
       {"create function f(begin) a;", "b"}},
      {"another CREATE", "create table f; begin; end;", {"create table f;", "begin;", "end;"}},
      {"words count from the last \\;",
       "a\\;create function begin;end;b",
       {"a;create function begin;end;", "b"}},
  });
}

TEST_CASE("a backslash outside of quotes and comments stops the scan") {
  const std::string text = "-- \\a\nselect (1 \\set x 1\n;2);3";
  SqlSplitter splitter(text);
  std::string sql;
  CHECK(splitter.next(sql) == SqlSplitter::End::backslash);
  CHECK(sql == "select (1 ");
  CHECK(splitter.command_begin() == 6);
  CHECK(text.substr(splitter.offset(), 3) == "set");
  splitter.resume_at(text.find(';'));
  CHECK(splitter.next(sql) == SqlSplitter::End::semicolon);
  CHECK(sql == ";2);");  // the parenthesis is still open at the first semicolon
  CHECK(splitter.next(sql) == SqlSplitter::End::text);
  CHECK(sql == "3");
}
