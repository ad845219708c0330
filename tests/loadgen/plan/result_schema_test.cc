#include <doctest/doctest.h>

#include "json_syntax.h"
#include "loadgen/plan/schema.h"

using namespace loadgen;

TEST_CASE("the schema of the result is JSON and names what the contract names") {
  const std::string schema = result_schema();
  CHECK(JsonSyntax::accepts(schema));
  for (const char* key : {"schema",
                          "tool",
                          "run",
                          "verdict",
                          "trust",
                          "marks",
                          "groups",
                          "comparison",
                          "series",
                          "histograms",
                          "outcome",
                          "send_lag_us",
                          "blind",
                          "workers",
                          "totals",
                          "phases",
                          "steps",
                          "operations",
                          "recovery",
                          "errors",
                          "scheduled",
                          "planned",
                          "ok",
                          "failed",
                          "timed_out",
                          "in_doubt",
                          "unfinished",
                          "not_sent",
                          "connects",
                          "offered_per_s",
                          "achieved_rate",
                          "error_rate",
                          "goodput",
                          "response_us",
                          "ok_response_us",
                          "service_us",
                          "wait_us",
                          "stages_us",
                          "onset_us",
                          "requests_lost",
                          "episodes",
                          "longest_outage_s",
                          "did_ratio",
                          "interval",
                          "scenario_sha256"}) {
    CAPTURE(key);
    CHECK(schema.find("\"" + std::string(key) + "\": {") != std::string::npos);
  }
}

TEST_CASE("every reference of the schema leads somewhere") {
  const std::string schema = result_schema();
  constexpr std::string_view kOpening = "\"$ref\": \"#/$defs/";
  std::size_t references = 0;
  for (std::size_t at = schema.find(kOpening); at != std::string::npos;
       at = schema.find(kOpening, at + 1)) {
    const std::size_t begin = at + kOpening.size();
    const std::string name = schema.substr(begin, schema.find('"', begin) - begin);
    CAPTURE(name);
    CHECK(schema.find("\n    \"" + name + "\": {") != std::string::npos);
    ++references;
  }
  CHECK(references > 50);
}
