// One transaction of a script against the shared cluster.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "postgres_cluster.h"
#include "postgres_rig.h"

namespace loadgen::test {

inline const std::vector<std::string> kModes{"simple", "extended", "prepared"};

/// Runs a script once and says how it ended.
struct Once {
  Outcome outcome = Outcome::ok;
  std::string problem;
  std::vector<std::string> said;
  Statement last;  // command
  std::uint64_t retries = 0;
};

inline Once run_once(const std::string& script, const std::string& mode,
                     const std::function<void(Workload&)>& change = {}) {
  Scenario scenario = postgres_scenario(PostgresCluster::shared().by_socket());
  scenario.workloads[0].pgbench.clients = 1;
  scenario.workloads[0].pgbench.protocol = mode;
  if (change) change(scenario.workloads[0]);
  Once once;
  pgbench::PostgresOptions options = script_options(script);
  options.say = [&](const pgbench::MessageLine& line) {
    once.said.push_back(line.label + line.text);
  };
  options.debug = [&](const std::string& line) { once.said.push_back(line); };
  options.ended = [&](const pgbench::PostgresOptions::Ended& ended) {
    once.outcome = ended.outcome;
  };
  PostgresRig rig(scenario, std::move(options));
  REQUIRE(rig.open_ahead().problem == "");
  rig.perform();
  rig.run_until_idle();
  const Tally& tally = rig.tally();
  CHECK(tally.ended_total() == 1);
  once.retries = tally.retries;
  once.problem = rig.first_sample();
  if (!rig.whole.statements.empty()) once.last = rig.whole.statements.rbegin()->second;
  // Whatever happened, the session is good for another ticket, or a new one is.
  rig.run_until([&] { return rig.driver.standing().settled; });
  return once;
}

}  // namespace loadgen::test
