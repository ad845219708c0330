#include "loadgen/plan/scenario_document.h"

#include <doctest/doctest.h>

using namespace loadgen::document;

TEST_CASE("every kind of value, with its place, in the order of the file") {
  const Value root = parse(
      "zeta = 'text'\nalpha = 5\n[table]\nreal = 2.5\nflag = true\nwhen = 2026-01-01\n"
      "list = [1, 'é', { in = 1 }]\n");
  REQUIRE(root.members.size() == 3);
  CHECK(root.members[0].key == "zeta");
  CHECK(root.members[0].key_place == Place{1, 1, 0});
  CHECK(root.members[0].value.place == Place{1, 8, 0});
  CHECK(root.members[0].value.text == "text");
  CHECK(root.find("alpha")->integer == 5);
  CHECK(root.find("alpha")->real == 5.0);
  const Value& table = *root.find("table");
  CHECK(table.find("real")->real == 2.5);
  CHECK(table.find("flag")->boolean);
  CHECK(table.find("when")->is(Value::Kind::date));
  const Value& list = *table.find("list");
  REQUIRE(list.items.size() == 3);
  CHECK(list.items[1].place == Place{7, 12, 0});
  CHECK(list.items[2].place == Place{7, 17, 0});  // in characters, not bytes
  CHECK(table.find("none") == nullptr);
  CHECK(list.find("real") == nullptr);
}

TEST_CASE("names of kinds") {
  CHECK(name_of(Value::Kind::text) == "a text");
  CHECK(name_of(Value::Kind::integer) == "a whole number");
  CHECK(name_of(Value::Kind::real) == "a number");
  CHECK(name_of(Value::Kind::boolean) == "true or false");
  CHECK(name_of(Value::Kind::date) == "a date or time");
  CHECK(name_of(Value::Kind::array) == "an array");
  CHECK(name_of(Value::Kind::table) == "a table");
}

TEST_CASE("what is no TOML is told with its place") {
  for (const auto& [text, line] : {std::pair("a =", 1U), {"a = 1\na = 2\n", 2U}, {"\n[x\n", 2U}}) {
    CAPTURE(text);
    try {
      parse(text);
      FAIL_CHECK("it was parsed");
    } catch (const SyntaxError& error) {
      CHECK(error.place.line == line);
      CHECK_FALSE(error.what.empty());
    }
  }
}

TEST_CASE("nesting is bounded") {
  CHECK_THROWS_AS(parse(std::string(5, '[')), SyntaxError);  // an assertion of toml++ 3.3
  CHECK_THROWS_AS(parse("a = " + std::string(100'000, '[')), SyntaxError);
}

TEST_CASE("letters of other languages are text where text may be, and told elsewhere") {
  CHECK(parse("a = \"\"\"\\\n é\"\"\"").find("a")->text == "é");
  CHECK_THROWS_AS(parse("[ é ]"), SyntaxError);  // letters are no spaces
  CHECK_THROWS_AS(parse("a = é"), SyntaxError);
}
