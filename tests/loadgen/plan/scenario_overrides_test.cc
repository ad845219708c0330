#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;
using namespace std::chrono_literals;

namespace {
Scenario with(std::vector<std::string> overrides) {
  return parsed(std::string(kValid), std::move(overrides));
}
}  // namespace

TEST_CASE("--set reaches every value") {
  CHECK(with({"workloads.home.rate=5"}).workloads[0].rate.per_second == 5);
  CHECK(with({"workloads.0.rate=2.5"}).workloads[0].rate.per_second == 2.5);
  CHECK(with({"phases.before=2m"}).phases.before == 2min);
  CHECK(with({"phases.before=\"2m\""}).phases.before == 2min);
  CHECK(with({"distribution.workers=3"}).distribution.workers == 3);  // no such table before
  CHECK(with({"workloads.home.keepalive=false"}).workloads[0].http.keepalive == false);
  CHECK(with({"workloads.home.request.path=/x?a=b"}).workloads[0].http.requests[0].path ==
        "/x?a=b");
  CHECK(with({"workloads.home.request.headers.X-A=5"}).workloads[0].http.requests[0].headers[0] ==
        std::pair<std::string, std::string>("X-A", "5"));
  CHECK(with({"workloads.home.expect.status=[200, 204]"}).workloads[0].http.expect.status ==
        std::vector<int>{200, 204});
  CHECK(with({"groups.control.vars.zone=5"}).groups[0].vars[0].value == "5");  // a text is due
  CHECK(with({"groups.control.zones.\"10.0.0.0/8\"=a"}).groups[0].zones[0].name == "a");
  CHECK(with({"experiment.name=2026"}).experiment.name == "2026");
  CHECK(with({"steady_state.margins=none"}).steady_state.margins.none);
  CHECK(with({"steady_state.margins.p99=30%"}).steady_state.margins.p99 == doctest::Approx(0.3));
  CHECK(with({"steady_state.margins=none", "steady_state.margins.p99=30%"})
            .steady_state.margins.p99 == doctest::Approx(0.3));
  CHECK(
      with({"steady_state.checks.fine.assert.0=p99 < 1s"}).steady_state.checks[0].asserts[0].text ==
      "p99 < 1s");
  CHECK(with({"faults.kill.at=1s", "faults.kill.at=2s"}).faults[0].at == 2s);  // the last one
  CHECK(with({"groups.control.base_url=http://${SET}/"}).groups[0].base_url == "http://value/");
  CHECK(with({"experiment.hypothesis=a = 1\nb = 2"}).experiment.hypothesis == "a = 1\nb = 2");
}

TEST_CASE("--set: mistakes are told with the argument") {
  struct Row {
    std::string_view why, override_, what;
  };
  for (const Row& row : {
           Row{"no equals sign", "phases.before", "this is no override"},
           Row{"no key", "=5", "this is no override"},
           Row{"an empty part", "phases..before=5s", "this is no override"},
           Row{"an open quote", "groups.\"a=5", "this is no override"},
           Row{"an unknown section", "phase.before=5s",
               "unknown key 'phase' in the scenario; did you mean 'phases'?"},
           Row{"an unknown key", "phases.befor=5s", "did you mean 'before'?"},
           Row{"an unknown group", "groups.contrl.base_url=http://h",
               "there is no 'contrl'; did you mean 'control'?"},
           Row{"an unknown workload", "workloads.hom.rate=5",
               "there is no 'hom' in 'workloads'; did you mean 'home'?"},
           Row{"one too far", "workloads.1.rate=5", "there is no '1' in 'workloads'"},
           Row{"into a number", "workloads.home.rate.x=5",
               "'x': what stands before it is no table"},
           Row{"an array that is absent", "observe.x.name=y", "the scenario has no 'observe'"},
           Row{"a wrong type", "workloads.home.rate=fast", "'rate' must be a number"},
           Row{"no unit", "phases.before=5", "'before' has no unit: '5'; did you mean '5s'?"},
           Row{"what can't run yet", "outputs.token_file=t", "'token_file' can't run yet"},
           Row{"an unset variable", "experiment.name=${NOPE}", "NOPE is not set"},
       }) {
    CAPTURE(row.why);
    const std::string said = complaint(std::string(kValid), {std::string(row.override_)});
    CAPTURE(said);
    CHECK(said.rfind("--set " + std::string(row.override_) + ": ", 0) == 0);
    CHECK(said.find(row.what) != std::string::npos);
    CHECK(said.find("things are wrong") == std::string::npos);
  }
}
