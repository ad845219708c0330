#include "loadgen/analysis/load.h"

#include <doctest/doctest.h>

#include "loadgen/analysis/run.h"
#include "loadgen/core/run_record.h"

namespace loadgen {
namespace {

constexpr const char* kScenario = R"(
schema = 1
[phases]
before = "60s"
[groups.base]
base_url = "http://127.0.0.1:8001"
[[workloads]]
name = "home"
kind = "http"
rate = 100
request = { method = "POST", path = "/a", body = "secret-body", headers = { X-Key = "secret" } }
[[workloads]]
name = "bank"
kind = "pgbench"
scripts = ["tpcb-like@1"]
clients = 4
)";

std::map<std::string, std::string> load_in(std::string text,
                                           const std::vector<std::string>& overrides = {}) {
  if (text.find("bank") != std::string::npos) {
    text.insert(text.find("base_url"), "dsn = \"host=h password=pw\"\n");
  }
  RunHeader header;
  header.scenario_text = text;
  header.overrides = overrides;
  return load_of(scenario_of(header));
}

TEST_CASE("what does not change the load is no difference") {
  const auto load = load_in(kScenario);
  const std::string text = kScenario;
  for (const char* override :
       {"groups.base.base_url=\"http://127.0.0.1:9\"", "phases.before=\"120s\"",
        "experiment.name=\"other\"", "steady_state.margins={p50=\"20%\"}"}) {
    CAPTURE(override);
    CHECK(differences(load, load_in(text, {override})).empty());
  }
}

TEST_CASE("what does is named, with both values") {
  struct Row {
    std::string why;
    const char* override;
    const char* difference;
  };
  const Row rows[] = {
      {"another rate", "workloads.home.rate=200", "home: rate 100/s → 200/s"},
      {"random gaps", "workloads.home.arrival=\"poisson\"", "home: arrival constant → poisson"},
      {"another timeout", "workloads.home.timeout=\"2s\"", "home: timeout 10s → 2s"},
      {"fresh connections", "workloads.home.keepalive=false", "home: keepalive yes → no"},
      {"another protocol", "workloads.bank.protocol=\"prepared\"",
       "bank: protocol simple → prepared"},
      {"more clients", "workloads.bank.clients=8", "bank: clients 4 → 8"},
      {"a warm-up", "phases.warmup=\"5s\"", "warmup 0s → 5s"},
  };
  const auto load = load_in(kScenario);
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto found = differences(load, load_in(kScenario, {row.override}));
    std::string all;
    for (const std::string& each : found) all += each + "\n";
    CAPTURE(all);
    CHECK(all.find(row.difference) != std::string::npos);
  }
}

TEST_CASE("bodies and headers are told apart without being shown") {
  const std::string text = kScenario, body = "secret-body";
  const std::size_t at = text.find(body);
  const std::string other = text.substr(0, at) + "another-one" + text.substr(at + body.size());
  const auto a = load_in(kScenario), b = load_in(other);
  CHECK(differences(a, b).size() == 1);
  for (const auto& [key, value] : a) {
    CHECK(value.find("secret") == std::string::npos);
    CHECK(value.find("pw") == std::string::npos);
  }
}

TEST_CASE("a workload that only one has is a difference") {
  std::string one = kScenario;
  one.resize(one.find("[[workloads]]\nname = \"bank\""));
  const auto found = differences(load_in(one), load_in(kScenario));
  CHECK(found.size() > 3);
  CHECK(found.front().find("bank: ") == 0);
  CHECK(found.front().find("none → ") != std::string::npos);
}

}  // namespace
}  // namespace loadgen
