#include "pgbench_mode/sql_variables.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pgbench_mode/script.h"

using namespace loadgen::pgbench;

TEST_CASE("variables of an SQL text") {
  struct Row {
    std::string why, text, numbered;
    std::vector<std::string> names;
  };
  for (const Row& row : std::vector<Row>{
           {"none", "select 1", "select 1", {}},
           {"one", "select :a;", "select $1;", {"a"}},
           {"each use has its number", ":a+:b+:a", "$1+$2+$3", {"a", "b", "a"}},
           {"a cast", ":a::int", "$1::int", {"a"}},
           {"more colons", ":::a ::b :c", ":::a ::b $1", {"c"}},
           {"in quotes and comments too", "':a' /* :b */", "'$1' /* $2 */", {"a", "b"}},
           {"digits do not begin a name", "'12:30' a[1:2]", "'12:30' a[1:2]", {}},
           {"but continue it", ":a1_B2-", "$1-", {"a1_B2"}},
           {"other alphabets", ":\xc3\xa9", "$1", {"\xc3\xa9"}},
           {"assignment", "a := :b", "a := $1", {"b"}},
           {"two right behind each other", ":a:b", "$1$2", {"a", "b"}},
           {"a colon at the end", "a:", "a:", {}},
           {"colons at the end", "a::", "a::", {}},
       }) {
    CAPTURE(row.why);
    const auto uses = find_variables(row.text);
    CHECK(number_variables(row.text, uses) == row.numbered);
    std::vector<std::string> names;
    for (const VariableUse& use : uses) {
      CHECK(row.text[use.offset] == ':');
      names.push_back(row.text.substr(use.offset + 1, use.length - 1));
    }
    CHECK(names == row.names);
  }
}

TEST_CASE("the simple protocol's text has the values in it") {
  Variables variables;
  CHECK(variables.set("a", std::int64_t{7}));
  CHECK(variables.set("long_name", std::int64_t{-12}));
  CHECK(variables.set("none", Value{}));
  CHECK(variables.set_text("text", "it's"));
  std::string sql;
  const auto rendered = [&](const std::string& text) {
    Script script = parse_script(text, "test");
    render_sql(script.commands.front(), variables, sql);
    return sql;
  };
  CHECK(rendered("select :a, ':a', :long_name::int;") == "select 7, '7', -12::int;");
  CHECK(rendered("select 1;") == "select 1;");
  CHECK(rendered("select :b, :a;") == "select :b, 7;");  // not defined: as written
  CHECK(rendered("select :none, :text;") == "select NULL, it's;");

  // The memory of the last text is used again.
  const char* memory = sql.data();
  CHECK(rendered(":a") == "7");
  CHECK(sql.data() == memory);
}
