#include "loadgen/plan/plan_text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "loadgen/plan/plan_layout.h"
#include "loadgen/plan/scenario.h"
#include "tests/golden.h"

using namespace loadgen;

namespace {

constexpr std::string_view kScenario = R"toml(schema = 1
[experiment]
name       = "pod-kill"
hypothesis = """Losing zone a costs less than 1 % of the requests of the experimental group \
  and leaves no lasting harm at all"""
[phases]
warmup = "10s"
before = "60s"
during = "60s"
after  = "60s"
[groups.control]
base_url = "http://user:hunter22@127.0.0.1:8081"
vars = { pidfile = "/tmp/a.pid", token = { value = "hunter22", secret = true } }
[groups.experimental]
base_url = "https://127.0.0.1:8082"
tls = { ca = "ca.pem", insecure = true }
vars = { pidfile = "/tmp/b.pid", token = { command = ["./login.sh", "-q"], secret = true } }
[[workloads]]
name = "home"
kind = "http"
rate = 100
max_in_flight = 500
requests = [
  { path = "/" , weight = 3 },
  { method = "POST", path = "/songs?n={seq}", body = '{"a": {"b": 1}}', name = "songs" },
]
expect = { status = [200, 201], body_contains = "ok" }
latency_limit = "250ms"
[[workloads]]
name = "spiky"
kind = "http"
stages = [{ to = 50, over = "10s" }, { hold = "1m" }, { to = 200, hold = "20s" }]
arrival = "poisson"
[[workloads]]
name = "users"
kind = "http"
rate = 0
clients = 20
think = "1s"
[[faults]]
name = "kill"
kind = "command"
at = "5s"
require = ["test", "-f", "$pidfile"]
inject = ["sh", "-c", "kill -9 $(cat $pidfile)", "--token=$token"]
confirm = ["./is_down.sh", "${pidfile}"]
revert = ["./start.sh"]
duration = "20s"
[[faults]]
name = "spike"
kind = "load"
at = "500ms"
workload = "home"
multiply = 3
duration = "10s"
[[faults]]
name = "team"
kind = "external"
at = "40s"
[steady_state]
abort = ["control: error_rate > 5% for 10s"]
[[steady_state.checks]]
id = "healthy-before"
phase = "before"
assert = ["p99 < 250ms", "error_rate < 0.1%", "achieved_rate > 99%"]
gate = true
[[steady_state.checks]]
id = "no-lasting-harm"
phase = "after"
vs = "control"
assert = ["p99 ratio < 1.15", "error_rate delta < 0.1pp"]
[[observe]]
name = "pid"
command = ["cat", "$pidfile"]
)toml";

Scenario scenario() {
  ScenarioSource source;
  source.text = kScenario;
  source.path = "pod-kill.toml";
  source.file = [](const std::string&) { return std::nullopt; };
  return parse_scenario(source);
}

}  // namespace

TEST_CASE("a plan with everything in it, word for word") {
  test::check_golden("plan/everything.txt", plan_text(scenario(), "pod-kill.toml"));
}

TEST_CASE("a plan fits a terminal and shows no secret") {
  const std::string plan = plan_text(scenario(), "pod-kill.toml");
  CHECK(plan.find("hunter22") == std::string::npos);
  CHECK(plan.find("***") != std::string::npos);
  std::istringstream lines(plan);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(plan_layout::columns_of(line) <= 100);
    CHECK((line.empty() || line.back() != ' '));
  }
}

TEST_CASE("a plan of the smallest scenario has no empty section") {
  ScenarioSource source;
  source.text =
      "schema = 1\nphases.before = \"1s\"\n[groups.a]\nbase_url = \"http://h\"\n"
      "[[workloads]]\nname = \"w\"\nkind = \"http\"\nrate = 1\n";
  const std::string plan = plan_text(parse_scenario(source), "s.toml");
  for (const char* heading : {"Checks", "Observed", "Warnings", "fault"}) {
    CHECK(plan.find(heading) == std::string::npos);
  }
}
