#include "loadgen/cli/servers.h"

#include <algorithm>
#include <future>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "loadgen/core/error.h"
#include "loadgen/plan/redact.h"
#include "pgbench_mode/sampled_servers.h"
#include "pgbench_mode/server_sampler.h"

namespace loadgen {
namespace {

std::vector<pgbench::SampledServer> servers_of(const Scenario& scenario) {
  try {
    return pgbench::sampled_servers(scenario);
  } catch (const UserError& error) {
    throw UserError(redact(error.what(), scenario.secrets), ExitCode::preflight_failed);
  }
}

/// One look at a server.
struct Seen {
  ServerSample sample;
  bool hopeless = false;  // a pooler, or too old
};

Seen look_at(const pgbench::SampledServer& server) {
  pgbench::ServerView view(server);
  ServerSample sample = view.look();
  return {std::move(sample), view.hopeless()};
}

std::vector<Seen> look_at_all(const std::vector<pgbench::SampledServer>& servers) {
  std::vector<std::future<Seen>> looks;
  for (const pgbench::SampledServer& server : servers) {
    looks.push_back(std::async(std::launch::async, [server] { return look_at(server); }));
  }
  std::vector<Seen> all;
  for (std::future<Seen>& look : looks) all.push_back(look.get());
  return all;
}

/// What will be missed, in a sentence; empty when nothing will.
std::string missed(const Seen& seen) {
  const std::string& problem = seen.sample.problem;
  if (!problem.empty())
    return "can't be sampled" + std::string(seen.hopeless ? ": " : " now: ") + problem;
  if (seen.sample.hidden > 0) {
    return "does not tell the states of " + std::to_string(seen.sample.hidden) +
           " sessions: the role lacks pg_monitor";
  }
  return "";
}

/// The hosts that load goes to but that are not sampled, because there are nodes.
std::vector<pgbench::SampledServer> others_under_load(const Scenario& scenario) {
  std::vector<pgbench::SampledServer> hosts;
  const auto& workloads = scenario.workloads;
  const bool load = std::any_of(workloads.begin(), workloads.end(),
                                [](const Workload& w) { return w.kind == WorkloadKind::pgbench; });
  for (const Group& group : scenario.groups) {
    if (!load || group.nodes.empty()) continue;
    for (pgbench::SampledServer& host : pgbench::hosts_of(group)) hosts.push_back(std::move(host));
  }
  return hosts;
}

}  // namespace

void check_servers(const Scenario& scenario, std::ostream& err) {
  const auto say = [&](const std::string& what) {
    err << "loadgen: " << redact(what, scenario.secrets) << std::endl;
  };
  for (const Seen& seen : look_at_all(servers_of(scenario))) {
    const std::string what = missed(seen);
    if (!what.empty())
      say("warning: " + seen.sample.group + ", server " + seen.sample.node + " " + what);
  }
  for (const Seen& seen : look_at_all(others_under_load(scenario))) {
    if (seen.hopeless) {
      say(seen.sample.group + ": the load goes to " + seen.sample.node + ", where " +
          seen.sample.problem.substr(0, seen.sample.problem.find(':')));
    }
  }
}

ServerWatch watch_of(const Scenario& scenario) {
  const std::vector<pgbench::SampledServer> servers = servers_of(scenario);
  if (servers.empty()) return {};
  // Owned by the three functions together.
  auto sampler = std::make_shared<pgbench::ServerSampler>(pgbench::lookers_at(servers));
  return {[sampler](Instant zero) { sampler->begin(zero); }, [sampler] { return sampler->take(); },
          [sampler] { return sampler->end(Clock::now()); }};
}

}  // namespace loadgen
