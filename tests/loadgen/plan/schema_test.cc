#include "loadgen/plan/schema.h"

#include <doctest/doctest.h>

#include "json_syntax.h"
#include "loadgen/plan/scenario_document.h"
#include "scenario_example.h"

using namespace loadgen;

namespace {

/// Free keys are the user's own words.
bool is_free(std::string_view parent) {
  for (const char* free : {"groups", "labels", "vars", "zones", "headers", "define"}) {
    if (parent == free) return true;
  }
  return false;
}

void check_keys(const document::Value& value, std::string_view parent, const std::string& schema) {
  for (const document::Member& member : value.members) {
    CAPTURE(member.key);
    if (!is_free(parent)) CHECK(schema.find("\"" + member.key + "\": {\n") != std::string::npos);
    check_keys(member.value, member.key, schema);
  }
  for (const document::Value& item : value.items) check_keys(item, parent, schema);
}

}  // namespace

TEST_CASE("the recogniser of these tests refuses what is no JSON") {
  for (const char* text : {"", "{", "{\"a\"}", "{\"a\": 1,}", "[1 2]", "{} {}", "\"a", "{a: 1}"}) {
    CAPTURE(text);
    CHECK_FALSE(JsonSyntax::accepts(text));
  }
  CHECK(JsonSyntax::accepts(" {\"a\": [1, -2.5e3, true, null, \"x\\\"y\"], \"b\": {}} "));
}

TEST_CASE("the schema of the scenario is JSON and holds every key of the contract's example") {
  const std::string schema = scenario_schema();
  CHECK(JsonSyntax::accepts(schema));
  CHECK(schema.find("https://json-schema.org/draft/2020-12/schema") != std::string::npos);
  check_keys(document::parse(scenario_example::kWhole), "", schema);
}

TEST_CASE("the schema says what is required, what can be chosen and what can't run yet") {
  const std::string schema = scenario_schema();
  for (const char* part :
       {"\"required\": [\"schema\", \"phases\", \"groups\", \"workloads\"]",
        "\"enum\": [\"shed\", \"queue\"]", "\"additionalProperties\": false",
        "\"minimum\": 1, \"maximum\": 1\n", "(can't run yet: Prometheus queries are not part of",
        "\"oneOf\": [{ \"enum\": [\"default\", \"none\"] }", "(kind pgbench)"}) {
    CAPTURE(part);
    CHECK(schema.find(part) != std::string::npos);
  }
}
