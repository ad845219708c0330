#include "pgbench_mode/loaded_scripts.h"

#include <doctest/doctest.h>

#include <string>

#include "pgbench_mode/script_error.h"

namespace loadgen::pgbench {
namespace {

Script script(const std::string& text, int weight = 1) {
  Script parsed = parse_script(text, "x.sql");
  parsed.weight = weight;
  return parsed;
}

TEST_CASE("statements get pgbench's names, and only when they are prepared") {
  const std::vector<Script> scripts{script("\\set a 1\nSELECT :a;"),
                                    script("SELECT 1;\nSELECT :b, :c;")};
  CHECK(LoadedScripts(scripts, QueryMode::simple).prepared.empty());
  CHECK(LoadedScripts(scripts, QueryMode::extended).prepared.empty());
  const LoadedScripts loaded(scripts, QueryMode::prepared);
  REQUIRE(loaded.prepared.size() == 3);
  CHECK(loaded.prepared[0].name == "P0_1");
  CHECK(loaded.prepared[0].parameters == 1);
  CHECK(loaded.prepared[1].name == "P1_0");
  CHECK(loaded.prepared[2].name == "P1_1");
  CHECK(loaded.prepared[2].text.find("$2") != std::string::npos);
  CHECK(loaded.scripts[1].beside[1].prepared == 2);
  CHECK(loaded.scripts[1].number == 1);
}

TEST_CASE("what a statement can do, and where a pipeline ends") {
  const LoadedScripts loaded(
      {script("\\startpipeline\nINSERT INTO t VALUES (1);\nSELECT 1;\n\\endpipeline\nSELECT 2;")},
      QueryMode::extended);
  CHECK(loaded.scripts[0].beside[0].pipeline_end == 3);
  CHECK(loaded.scripts[0].beside[1].effect.outside.commits);
  CHECK_FALSE(loaded.scripts[0].beside[2].effect.outside.commits);
  const LoadedScripts open({script("\\startpipeline\nSELECT 1;")}, QueryMode::extended);
  CHECK(open.scripts[0].beside[0].pipeline_end == 2);
}

TEST_CASE("scripts have their share of the numbers; one without weight has none") {
  const LoadedScripts loaded(
      {script("SELECT 1;", 2), script("SELECT 2;", 0), script("SELECT 3;", 3)}, QueryMode::simple);
  CHECK(loaded.total_weight == 5);
  const std::uint16_t expected[] = {0, 0, 2, 2, 2};
  for (std::int64_t drawn = 0; drawn < 5; ++drawn)
    CHECK(loaded.by_weight(drawn) == expected[drawn]);
}

TEST_CASE("what can't be run is refused, with its place") {
  for (const std::string text : {"SELECT 1;\n\\shell true", "SELECT 1;\n\\setshell a echo 1"}) {
    CAPTURE(text);
    try {
      const LoadedScripts loaded({script(text)}, QueryMode::simple);
      FAIL("was taken");
    } catch (const ScriptError& error) {
      CHECK(error.fault().line == 2);
      CHECK(error.fault().script == "x.sql");
      CHECK(std::string(error.what()).find("use pgbench") != std::string::npos);
    }
  }
  std::string many = "SELECT :a";
  for (int i = 0; i < 300; ++i) many += ", :a";
  CHECK_NOTHROW(LoadedScripts({script(many + ";")}, QueryMode::simple));
  CHECK_THROWS_AS(LoadedScripts({script(many + ";")}, QueryMode::extended), ScriptError);
}

}  // namespace
}  // namespace loadgen::pgbench
