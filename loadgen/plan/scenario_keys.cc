#include "loadgen/plan/scenario_keys.h"

#include <algorithm>

namespace loadgen {
namespace {

using K = ValueKind;

constexpr double kManyCount = 4'000'000'000.0;

const TableKeys& experiment_keys() {
  static const TableKeys keys{
      "[experiment]",
      {{.name = "name", .kind = K::name, .meaning = "Name of the experiment; default: the file's"},
       {.name = "hypothesis", .meaning = "What is expected to hold, in a sentence"},
       {.name = "labels", .kind = K::text_map, .meaning = "Free key = value pairs for the report"},
       {.name = "order",
        .kind = K::choice,
        .meaning = "Benchmark mode: control (A, the base) and experimental (B, the head) take "
                   "turns in `before` instead of running side by side; no faults",
        .choices = {"ABBA"}},
       {.name = "rounds",
        .kind = K::integer,
        .meaning = "Benchmark mode: how often each group has its turn; default: 6",
        .low = 6,
        .high = 10'000}}};
  return keys;
}

const TableKeys& phases_keys() {
  static const TableKeys keys{
      "[phases]",
      {{.name = "warmup", .kind = K::whole_seconds, .meaning = "Sent, never judged"},
       {.name = "before",
        .kind = K::whole_seconds,
        .meaning = "The baseline",
        .required = true,
        .low = 1},
       {.name = "during",
        .kind = K::whole_seconds,
        .meaning = "The fault window; a run without it has no fault"},
       {.name = "after", .kind = K::whole_seconds, .meaning = "After the fault was reverted"}}};
  return keys;
}

const TableKeys& tls_keys() {
  static const TableKeys keys{
      "`tls`",
      {{.name = "ca", .meaning = "File with the CA certificates that are trusted"},
       {.name = "cert", .meaning = "File with the client's certificate"},
       {.name = "key", .meaning = "File with the client's private key"},
       {.name = "insecure",
        .kind = K::boolean,
        .meaning = "Do not verify the server's certificate"}}};
  return keys;
}

const TableKeys& variable_keys() {
  static const TableKeys keys{
      "a variable",
      {{.name = "command", .kind = K::texts, .meaning = "Its output is the value"},
       {.name = "value", .meaning = "The value"},
       {.name = "secret", .kind = K::boolean, .meaning = "Shown as *** in every output"}}};
  return keys;
}

const TableKeys& node_keys() {
  static const TableKeys keys{
      "a node",
      {{.name = "name", .kind = K::name, .meaning = "Name of the server", .required = true},
       {.name = "dsn",
        .meaning = "Connection to this one server; redacted in every output",
        .required = true}}};
  return keys;
}

const TableKeys& group_keys() {
  static const TableKeys keys{
      "a group",
      {{.name = "role",
        .kind = K::choice,
        .meaning = "control is never touched, experimental gets the fault; default: from the name",
        .choices = {"control", "experimental"}},
       {.name = "base_url", .meaning = "http:// or https://, with host and port"},
       {.name = "dsn", .meaning = "Postgres connection; redacted in every output"},
       {.name = "nodes",
        .kind = K::tables,
        .meaning = "Postgres servers to sample each second; default: the hosts of dsn",
        .table = &node_keys()},
       {.name = "tls", .kind = K::table, .meaning = "Certificates for https", .table = &tls_keys()},
       {.name = "vars",
        .kind = K::text_or_table_map,
        .meaning = "Variables for headers, bodies, hooks and queries",
        .table = &variable_keys()},
       {.name = "zones",
        .kind = K::text_map,
        .meaning = "Network (CIDR) = name of its zone, for served_by = \"peer\""}}};
  return keys;
}

const TableKeys& check_keys() {
  static const TableKeys keys{
      "a check",
      {{.name = "id", .kind = K::name, .meaning = "Name of the check", .required = true},
       {.name = "phase",
        .kind = K::choice,
        .meaning = "Which phase is judged",
        .required = true,
        .choices = {"before", "during", "after"}},
       {.name = "group", .meaning = "Which group; default: experimental, in before every group"},
       {.name = "workload", .meaning = "Which workload; default: every one that has the metric"},
       {.name = "operation", .meaning = "Which operation of it; default: all together"},
       {.name = "vs",
        .kind = K::choice,
        .meaning = "What ratio and delta compare with",
        .choices = {"control", "before"}},
       {.name = "assert",
        .kind = K::texts,
        .meaning = "Expressions, e.g. \"p99 < 250ms\"",
        .required = true},
       {.name = "gate",
        .kind = K::boolean,
        .meaning = "Must hold in every group, or nothing is injected"}}};
  return keys;
}

const TableKeys& margin_keys() {
  static const TableKeys keys{
      "`margins`",
      {{.name = "p50", .kind = K::share, .meaning = "Allowed change of the median, e.g. 10%"},
       {.name = "p90", .kind = K::share, .meaning = "Allowed change of p90, e.g. 15%"},
       {.name = "p99", .kind = K::share, .meaning = "Allowed change of p99, e.g. 15%"},
       {.name = "p999", .kind = K::share, .meaning = "Allowed change of p99.9, e.g. 25%"},
       {.name = "error_rate", .kind = K::share, .meaning = "Allowed change in points, e.g. 1pp"},
       {.name = "goodput", .kind = K::share, .meaning = "Allowed change, e.g. 2%"}}};
  return keys;
}

const TableKeys& steady_state_keys() {
  static const TableKeys keys{
      "[steady_state]",
      {{.name = "abort",
        .kind = K::texts,
        .meaning = "Rules that end the run, e.g. \"control: error_rate > 5% for 10s\""},
       {.name = "on_unsteady",
        .kind = K::choice,
        .meaning = "What the gate does with a baseline that is not steady",
        .choices = {"refuse", "inject"}},
       {.name = "margins",
        .kind = K::text_or_table,
        .meaning = "When an undeclared difference counts; none: only declared checks decide",
        .choices = {"default", "none"},
        .table = &margin_keys()},
       {.name = "checks", .kind = K::tables, .meaning = "What must hold", .table = &check_keys()}}};
  return keys;
}

const TableKeys& capacity_keys() {
  static const TableKeys keys{
      "[capacity]",
      {{.name = "limit",
        .kind = K::texts,
        .meaning = "Checks that must hold at a step, e.g. [\"p99 < 250ms\", \"error_rate < 0.1%\"]",
        .required = true},
       {.name = "workload",
        .meaning = "Which workload is raised: its rate, or its clients in closed loop; default: "
                   "the only one"},
       {.name = "from",
        .kind = K::number,
        .meaning = "The first step, per second or clients; default: the workload's own",
        .low = 1,
        .high = kManyCount},
       {.name = "most",
        .kind = K::number,
        .meaning = "Never above this",
        .low = 1,
        .high = kManyCount}}};
  return keys;
}

const TableKeys& query_keys() {
  static const TableKeys keys{
      "a Prometheus query",
      {{.name = "name", .meaning = "Title of its panel", .required = true},
       {.name = "query", .meaning = "PromQL; $vars are filled in", .required = true}}};
  return keys;
}

const TableKeys& prometheus_keys() {
  static const TableKeys keys{"[prometheus]",
                              {{.name = "url", .meaning = "Where it is", .required = true},
                               {.name = "queries",
                                .kind = K::tables,
                                .meaning = "What is drawn beside the latency",
                                .table = &query_keys()}}};
  return keys;
}

const TableKeys& observe_keys() {
  static const TableKeys keys{
      "[[observe]]",
      {{.name = "name", .meaning = "Title of its panel", .required = true},
       {.name = "command",
        .kind = K::texts,
        .meaning = "Prints a number; $vars are filled in",
        .required = true},
       {.name = "every", .kind = K::duration, .meaning = "How often, e.g. 5s", .low = 1}}};
  return keys;
}

const TableKeys& distribution_keys() {
  static const TableKeys keys{
      "[distribution]",
      {{.name = "workers",
        .kind = K::integer,
        .meaning = "How many workers share the load: threads of `loadgen run`, processes that dial "
                   "in to `loadgen coordinator`",
        .low = 1,
        .high = 1024},
       {.name = "join_timeout",
        .kind = K::duration,
        .meaning = "How long the coordinator waits for them, e.g. 2m",
        .low = 1},
       {.name = "on_worker_loss",
        .kind = K::choice,
        .meaning = "tolerate: judged on the survivors while at least half of the share is left; "
                   "invalidate: a loss ends the run, INVALID",
        .choices = {"tolerate", "invalidate"}}}};
  return keys;
}

const TableKeys& outputs_keys() {
  static const TableKeys keys{
      "[outputs]",
      {{.name = "dir", .meaning = "Where the result goes; ${name} and ${start} are filled in"},
       {.name = "listen", .meaning = "HOST:PORT of /metrics, for Prometheus; port 0: any"},
       {.name = "token_file",
        .meaning = "Token of /v1/events",
        .refused = "/v1/events is not part of this version"},
       {.name = "linger",
        .kind = K::duration,
        .meaning = "How long /metrics is answered after the run, e.g. 30s"}}};
  return keys;
}

}  // namespace

const TableKeys& scenario_keys() {
  static const TableKeys keys{
      "the scenario",
      {{.name = "schema",
        .kind = K::integer,
        .meaning = "Version of this format: 1",
        .required = true,
        .low = 1,
        .high = 1},
       {.name = "experiment",
        .kind = K::table,
        .meaning = "Name and hypothesis",
        .table = &experiment_keys()},
       {.name = "phases",
        .kind = K::table,
        .meaning = "How long each phase lasts",
        .required = true,
        .table = &phases_keys()},
       {.name = "groups",
        .kind = K::table_map,
        .meaning = "The deployments under load, by name",
        .required = true,
        .table = &group_keys()},
       {.name = "workloads",
        .kind = K::tables,
        .meaning = "The kinds of traffic that each group gets",
        .required = true,
        .table = &workload_keys()},
       {.name = "faults",
        .kind = K::tables,
        .meaning = "What is done to the experimental group",
        .table = &fault_keys()},
       {.name = "steady_state",
        .kind = K::table,
        .meaning = "What must hold",
        .table = &steady_state_keys()},
       {.name = "capacity",
        .kind = K::table,
        .meaning = "Search for the highest load at which limits hold",
        .table = &capacity_keys()},
       {.name = "prometheus",
        .kind = K::table,
        .meaning = "Panels beside the latency",
        .table = &prometheus_keys(),
        .refused = "Prometheus queries are not part of this version"},
       {.name = "observe",
        .kind = K::tables,
        .meaning = "Numbers from anywhere, drawn beside the latency, per group",
        .table = &observe_keys()},
       {.name = "distribution",
        .kind = K::table,
        .meaning = "Workers",
        .table = &distribution_keys()},
       {.name = "outputs",
        .kind = K::table,
        .meaning = "Where the results go",
        .table = &outputs_keys()}}};
  return keys;
}

const Key* TableKeys::find(std::string_view name) const {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string_view> TableKeys::names() const {
  std::vector<std::string_view> all;
  for (const Key& key : keys) all.push_back(key.name);
  return all;
}

}  // namespace loadgen
