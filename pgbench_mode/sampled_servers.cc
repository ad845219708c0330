#include "pgbench_mode/sampled_servers.h"

#include <algorithm>

#include "loadgen/core/error.h"
#include "pgbench_mode/conninfo.h"
#include "pgbench_mode/login.h"

namespace loadgen::pgbench {
namespace {

/// The connection string of exactly one of a connection string's places.
std::string conninfo_at(const Conninfo& conninfo, const Place& place) {
  std::string text;
  for (const auto& [name, value] : conninfo.settings) append_setting(text, name, value);
  if (!place.host.empty()) append_setting(text, "host", place.host);
  if (!place.address.empty()) append_setting(text, "hostaddr", place.address);
  if (!place.port.empty()) append_setting(text, "port", place.port);
  // Whatever role it has by now, it is the one to be looked at. A service may say otherwise.
  append_setting(text, "target_session_attrs", "any");
  append_setting(text, "application_name", "loadgen samples");
  return text;
}

/// "db1:5432": what a host of a `dsn` is called in the result.
std::string name_of(const Place& place) {
  const std::string host = place.host.empty() ? place.address : place.host;
  if (host.empty()) return "dsn";
  return place.port.empty() ? host : host + ":" + place.port;
}

Conninfo read(const std::string& dsn, const std::string& whose) {
  try {
    return parse_conninfo(dsn);
  } catch (const UserError& error) {
    throw UserError(whose + ": " + error.what());
  }
}

void add_nodes(const Group& group, std::vector<SampledServer>& servers) {
  for (const Node& node : group.nodes) {
    const std::string whose = group.name + ", node " + node.name;
    const Conninfo conninfo = read(node.dsn, whose);
    if (conninfo.places.size() > 1) {
      throw UserError(whose + ": its dsn names several hosts; each server is a node of its own");
    }
    servers.push_back({group.name, node.name, conninfo_at(conninfo, conninfo.places.front())});
  }
}

}  // namespace

std::vector<SampledServer> hosts_of(const Group& group) {
  const Conninfo conninfo = read(group.dsn, group.name + ", dsn");
  std::vector<SampledServer> hosts;
  for (const Place& place : conninfo.places) {
    const SampledServer host{group.name, name_of(place), conninfo_at(conninfo, place)};
    const bool again = std::any_of(hosts.begin(), hosts.end(), [&](const SampledServer& other) {
      return other.node == host.node;
    });
    if (!again) hosts.push_back(host);
  }
  return hosts;
}

std::vector<SampledServer> sampled_servers(const Scenario& scenario) {
  const bool pgbench =
      std::any_of(scenario.workloads.begin(), scenario.workloads.end(),
                  [](const Workload& w) { return w.kind == WorkloadKind::pgbench; });
  std::vector<SampledServer> servers;
  for (const Group& group : scenario.groups) {
    if (!group.nodes.empty()) {
      add_nodes(group, servers);
    } else if (pgbench && !group.dsn.empty()) {
      for (SampledServer& host : hosts_of(group)) servers.push_back(std::move(host));
    }
  }
  return servers;
}

}  // namespace loadgen::pgbench
