#include "loadgen/plan/result_definitions.h"

#include <doctest/doctest.h>

#include <set>

#include "json_syntax.h"
#include "loadgen/plan/schema.h"

using namespace loadgen;

TEST_CASE("every definition is JSON, and something refers to it") {
  const std::string definitions = result_definitions();
  CHECK(JsonSyntax::accepts(definitions));
  const std::string schema = result_schema();
  constexpr std::string_view kOpening = "\n    \"";
  std::set<std::string> names;
  for (std::size_t at = definitions.find(kOpening); at != std::string::npos;
       at = definitions.find(kOpening, at + 1)) {
    const std::size_t begin = at + kOpening.size();
    names.insert(definitions.substr(begin, definitions.find('"', begin) - begin));
  }
  CHECK(names.size() > 20);
  for (const std::string& name : names) {
    CAPTURE(name);
    CHECK(schema.find("#/$defs/" + name + "\"") != std::string::npos);
  }
}
