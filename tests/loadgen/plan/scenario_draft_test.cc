#include "loadgen/plan/scenario_draft.h"

#include <doctest/doctest.h>

#include "loadgen/core/error.h"

using namespace loadgen;
using namespace std::chrono_literals;

TEST_CASE("members of a table; absent, blank and of a wrong type are nothing") {
  document::Value root = document::parse(
      "text = 'x'\nlength = '2s'\nnumber = 2.5\ncount = 7\nhuge = 99999999999\nminus = -1\n"
      "flag = true\nlist = ['a', 'b']\nmap = { z = '1', a = '2' }\n[[tables]]\n[[tables]]\n");
  CHECK(text_at(root, "text") == "x");
  CHECK(text_at(root, "none", "y") == "y");
  CHECK(text_at(root, "number", "y") == "y");
  CHECK(duration_at(root, "length") == 2s);
  CHECK_FALSE(duration_at(root, "text"));
  CHECK_FALSE(duration_at(root, "count"));
  CHECK(number_at(root, "number") == 2.5);
  CHECK(number_at(root, "count") == 7.0);
  CHECK_FALSE(number_at(root, "text"));
  CHECK(count_at(root, "count") == 7U);
  CHECK(count_at(root, "huge") == UINT32_MAX);
  CHECK(count_at(root, "minus") == 0U);
  CHECK_FALSE(count_at(root, "number"));
  CHECK(flag_at(root, "flag", false));
  CHECK(flag_at(root, "text", true));
  CHECK(texts_at(root, "list") == std::vector<std::string>{"a", "b"});
  CHECK(texts_at(root, "none").empty());
  CHECK(text_map_at(root, "map").at(0).first == "z");
  CHECK(tables_at(root, "tables").size() == 2);
  CHECK(tables_at(root, "list").empty());
  CHECK(place_at(root, "count").line == 4);
  CHECK(place_at(*root.find("map"), "none") == root.find("map")->place);
  root.find("text")->blank = true;
  CHECK(text_at(root, "text", "otherwise") == "otherwise");
}

TEST_CASE("paths are relative to the scenario file") {
  ScenarioSource source;
  Findings findings("", "", {});
  const auto resolved = [&](const std::string& scenario, const std::string& path) {
    source.path = scenario;
    return resolve_path(Draft{source, findings}, path);
  };
  CHECK(resolved("a/b.toml", "c.pem") == "a/c.pem");
  CHECK(resolved("a/b.toml", "../c.pem") == "c.pem");
  CHECK(resolved("b.toml", "c.pem") == "c.pem");
  CHECK(resolved("", "c.pem") == "c.pem");
  CHECK(resolved("a/b.toml", "/c.pem") == "/c.pem");
  CHECK(resolved("a/b.toml", "") == "");
}
