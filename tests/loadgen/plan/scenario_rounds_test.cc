#include <doctest/doctest.h>

#include "scenario_rows.h"

namespace loadgen {
namespace {

using scenario_rows::complaint;
using scenario_rows::parsed;

/// Valid: base and head in six rounds of two turns of 5 s.
constexpr std::string_view kBench = R"(schema = 1
[experiment]
order = "ABBA"
rounds = 6
[phases]
warmup = "10s"
before = "60s"
[groups.base]
role = "control"
base_url = "http://127.0.0.1:8080"
[groups.head]
role = "experimental"
base_url = "http://127.0.0.1:8081"
[[workloads]]
name = "home"
kind = "http"
rate = 100
)";

std::string with(std::string_view from, std::string_view to) {
  std::string text(kBench);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("order alone means six rounds") {
  CHECK(parsed(std::string(kBench)).experiment.rounds == 6);
  CHECK(parsed(with("rounds = 6\n", "")).experiment.rounds == 6);
  CHECK(parsed(with("rounds = 6", "rounds = 10")).experiment.rounds == 10);
  CHECK(parsed(with("order = \"ABBA\"\nrounds = 6\n", "")).experiment.rounds == 0);
  CHECK(complaint(with("rate = 100", "rate = 0\nclients = 4")) == "");
}

TEST_CASE("what can't be done in turns is told, with what would do") {
  struct Row {
    std::string why;
    std::string_view from, to, said;
  };
  const Row rows[] = {
      {"another order", "\"ABBA\"", "\"ABAB\"", "unknown order 'ABAB'"},
      {"rounds without order", "order = \"ABBA\"\n", "", "'rounds' without 'order'"},
      {"too few rounds to decide anything", "rounds = 6", "rounds = 5", "6"},
      {"a before that can't be divided", "before = \"60s\"", "before = \"65s\"", "before = \"1m\""},
      {"turns that are too short", "before = \"60s\"", "before = \"24s\"", "before = \"36s\""},
      {"a fault window", "before = \"60s\"", "before = \"60s\"\nduring = \"30s\"",
       "no during and no after"},
      {"an after", "before = \"60s\"", "before = \"60s\"\nafter = \"30s\"",
       "no during and no after"},
      {"one group",
       "[groups.head]\nrole = \"experimental\"\nbase_url = "
       "\"http://127.0.0.1:8081\"\n",
       "", "compares two groups"},
      {"stages", "rate = 100", "stages = [{ to = 100, over = \"10s\" }]", "has stages"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const std::string said = complaint(with(row.from, row.to));
    CAPTURE(said);
    CHECK(said.find(row.said) != std::string::npos);
  }
}

TEST_CASE("a reader of journals, who knows no variables, makes no turns of unknown length") {
  ScenarioSource source;
  source.environment = [](const std::string&) { return std::optional<std::string>(""); };
  source.text = with("before = \"60s\"", "before = \"${LENGTH}\"");
  CHECK(parse_scenario(source).experiment.rounds == 0);
  source.text = with("base_url = \"http://127.0.0.1:8081\"", "base_url = \"${HEAD_URL}\"");
  CHECK(parse_scenario(source).experiment.rounds == 6);
}

}  // namespace
}  // namespace loadgen
