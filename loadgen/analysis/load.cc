#include "loadgen/analysis/load.h"

#include <charconv>

#include "loadgen/core/digest.h"

namespace loadgen {
namespace {

using Facts = std::map<std::string, std::string>;

std::string number(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

std::string per_second(Rate rate) { return number(rate.per_second) + "/s"; }

/// Enough to tell two contents apart, and nothing of what they say.
std::string digest_of(const std::string& content) {
  return content.empty() ? "" : " #" + sha256_hex(content).substr(0, 8);
}

std::string stages_of(const Workload& workload) {
  std::string text;
  for (const Stage& stage : workload.stages) {
    if (!text.empty()) text += ", ";
    if (stage.to) text += "to " + per_second(*stage.to);
    if (stage.over.count() > 0) text += " over " + print_duration(stage.over);
    if (stage.hold.count() > 0) text += " hold " + print_duration(stage.hold);
  }
  return text;
}

std::string request_of(const Request& request) {
  std::string content = request.body;
  for (const auto& [name, value] : request.headers) content += "\n" + name + ":" + value;
  return request.method + " " + request.path + " weight " + number(request.weight) +
         digest_of(content);
}

void add_http(const HttpPart& http, const std::string& at, Facts& facts) {
  for (const Request& request : http.requests) {
    facts[at + "request " + request.name] = request_of(request);
  }
  facts[at + "keepalive"] = http.keepalive ? "yes" : "no";
  facts[at + "requests per connection"] = std::to_string(http.requests_per_connection);
  std::string expected = digest_of(http.expect.body_contains);
  for (const int status : http.expect.status) expected += " " + std::to_string(status);
  facts[at + "expect"] = expected;
}

void add_pgbench(const PgbenchPart& pgbench, const std::string& at, Facts& facts) {
  for (const ScriptChoice& choice : pgbench.scripts) {
    facts[at + "script " + choice.script] =
        "weight " + number(choice.weight) + digest_of(choice.text.value_or(""));
  }
  facts[at + "connections"] = std::to_string(pgbench.clients);
  facts[at + "threads"] = std::to_string(pgbench.threads);
  facts[at + "scale"] = std::to_string(pgbench.scale);
  facts[at + "protocol"] = pgbench.protocol;
  facts[at + "max_tries"] = std::to_string(pgbench.max_tries);
  facts[at + "connect_per_transaction"] = pgbench.connect_per_transaction ? "yes" : "no";
  for (const auto& [name, value] : pgbench.define) facts[at + "define " + name] = value;
}

void add_workload(const Workload& workload, Facts& facts) {
  const std::string at = workload.name + ": ";
  if (workload.closed_loop()) {
    facts[at + "clients"] = std::to_string(workload.clients);
    facts[at + "think"] = print_duration(workload.think);
  } else {
    facts[at + "rate"] = workload.stages.empty() ? per_second(workload.rate) : stages_of(workload);
    facts[at + "arrival"] = workload.arrival == Arrival::poisson ? "poisson" : "constant";
    facts[at + "on_saturation"] = workload.on_saturation == OnSaturation::shed ? "shed" : "queue";
  }
  facts[at + "timeout"] = print_duration(workload.timeout);
  facts[at + "max_in_flight"] = std::to_string(workload.max_in_flight);
  facts[at + "latency_limit"] =
      workload.latency_limit ? print_duration(*workload.latency_limit) : "none";
  if (workload.kind == WorkloadKind::http) {
    facts[at + "connections"] = std::to_string(workload.connections);
    add_http(workload.http, at, facts);
  } else {
    add_pgbench(workload.pgbench, at, facts);
  }
}

}  // namespace

Facts load_of(const Scenario& scenario) {
  Facts facts;
  facts["warmup"] = print_duration(scenario.phases.warmup);
  for (const Workload& workload : scenario.workloads) {
    if (workload.probe != Probe::none) continue;
    add_workload(workload, facts);
    // How long a constant load lasts changes nothing about it; of a ramp it shows another part.
    if (!workload.stages.empty()) facts["before"] = print_duration(scenario.phases.before);
  }
  return facts;
}

std::vector<std::string> differences(const Facts& a, const Facts& b) {
  std::vector<std::string> found;
  for (const auto& [key, value] : a) {
    const auto other = b.find(key);
    if (other == b.end()) {
      found.push_back(key + " " + value + " → none");
    } else if (other->second != value) {
      found.push_back(key + " " + value + " → " + other->second);
    }
  }
  for (const auto& [key, value] : b) {
    if (a.count(key) == 0) found.push_back(key + " none → " + value);
  }
  return found;
}

}  // namespace loadgen
