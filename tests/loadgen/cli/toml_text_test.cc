#include "loadgen/cli/toml_text.h"

#include <doctest/doctest.h>

#include "loadgen/plan/scenario.h"

namespace loadgen {
namespace {

TEST_CASE("whatever a text holds, the scenario reads it back") {
  for (const std::string& text : {std::string("plain"), std::string(""), std::string("a \"b\" \\c"),
                                  std::string("tab\tline\nend\x7f"), std::string("\xc2\xb5 é")}) {
    CAPTURE(text);
    ScenarioSource source;
    source.text = "schema = 1\n[experiment]\nname = \"x\"\nhypothesis = " + toml_string(text) +
                  "\n[phases]\nbefore = \"1s\"\n[groups.target]\nbase_url = \"http://a\"\n"
                  "[[workloads]]\nname = \"w\"\nkind = \"http\"\nrate = 1\n";
    CHECK(parse_scenario(source).experiment.hypothesis == text);
  }
}

TEST_CASE("numbers keep fifteen digits and no useless ones") {
  CHECK(toml_number(500) == "500");
  CHECK(toml_number(0.1) == "0.1");
  CHECK(toml_number(123456.789012345) == "123456.789012345");
}

}  // namespace
}  // namespace loadgen
