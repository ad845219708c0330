// The keys of workloads and faults.
#include "loadgen/plan/scenario_keys.h"

namespace loadgen {

namespace {

using K = ValueKind;

constexpr double kManyCount = 4'000'000'000.0;
constexpr double kMostPerSecond = 10'000'000.0;
constexpr double kMostProbes = 1'000.0;  // each stands in the journal by itself

/// Keys of one request: `request` and each of `requests`.
const TableKeys& request_keys() {
  static const TableKeys keys{
      "a request",
      {{.name = "name", .meaning = "Name of the operation; default: METHOD path"},
       {.name = "method", .meaning = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, …"},
       {.name = "path", .meaning = "Path and query; {seq} {random:1:128} {line:FILE} {var:NAME}"},
       {.name = "headers",
        .kind = K::text_map,
        .meaning = "Header = value, placeholders as in path"},
       {.name = "body", .meaning = "The body, placeholders as in path"},
       {.name = "body_file", .meaning = "File that holds the body"},
       {.name = "weight",
        .kind = K::number,
        .meaning = "Its share, relative to the others of `requests`",
        .high = kManyCount}}};
  return keys;
}

const TableKeys& stage_keys() {
  static const TableKeys keys{
      "a stage",
      {{.name = "to",
        .kind = K::number,
        .meaning = "Rate per second at its end",
        .high = kMostPerSecond},
       {.name = "over", .kind = K::duration, .meaning = "Time to get there in a straight line"},
       {.name = "hold", .kind = K::duration, .meaning = "Time to stay there"}}};
  return keys;
}

const TableKeys& expect_keys() {
  static const TableKeys keys{
      "`expect`",
      {{.name = "status",
        .kind = K::integers,
        .meaning = "Statuses that are ok; default: 200 to 399",
        .low = 100,
        .high = 599},
       {.name = "body_contains", .meaning = "A text that the body must hold"}}};
  return keys;
}

const TableKeys& reconnect_keys() {
  static const TableKeys keys{
      "`reconnect`",
      {{.name = "initial", .kind = K::duration, .meaning = "First pause", .low = 1},
       {.name = "max", .kind = K::duration, .meaning = "Longest pause", .low = 1},
       {.name = "per_second",
        .kind = K::number,
        .meaning = "Most attempts per target, all workers together",
        .low = 0.001,
        .high = kManyCount}}};
  return keys;
}

const TableKeys& probe_keys() {
  static const TableKeys keys{
      "`probes`",
      {{.name = "read", .kind = K::number, .meaning = "Reads per second", .high = kMostProbes},
       {.name = "write", .kind = K::number, .meaning = "Writes per second", .high = kMostProbes}}};
  return keys;
}

std::vector<Key> common_workload_keys() {
  return {
      {.name = "name", .kind = K::name, .meaning = "Name of the workload", .required = true},
      {.name = "kind",
       .kind = K::choice,
       .meaning = "What is sent",
       .required = true,
       .choices = {"http", "pgbench"}},
      {.name = "rate",
       .kind = K::number,
       .meaning = "Per second to each group, by all workers together; 0 with clients: closed loop",
       .high = kMostPerSecond},
      {.name = "stages",
       .kind = K::tables,
       .meaning = "A rate that changes: ramps and steps",
       .table = &stage_keys()},
      {.name = "clients",
       .kind = K::integer,
       .meaning = "Closed loop: how many clients",
       .low = 1,
       .high = 1'000'000},
      {.name = "think", .kind = K::duration, .meaning = "Closed loop: a client's pause"},
      {.name = "arrival",
       .kind = K::choice,
       .meaning = "Even gaps, or those of independent users",
       .choices = {"constant", "poisson"}},
      {.name = "timeout",
       .kind = K::duration,
       .meaning = "Of the whole, from the intended instant; at most 1h",
       .low = 1},
      {.name = "connect_timeout", .kind = K::duration, .meaning = "Of connecting", .low = 1},
      {.name = "max_in_flight",
       .kind = K::integer,
       .meaning = "A cap, never the load model; default: 1.2 × rate × timeout",
       .low = 1,
       .high = 10'000'000},
      {.name = "on_saturation",
       .kind = K::choice,
       .meaning = "At the cap: shed (count as not sent) or queue",
       .choices = {"shed", "queue"}},
      {.name = "connections",
       .kind = K::integer,
       .meaning = "Opened ahead and used in turn; default: 50, at most max_in_flight",
       .low = 1,
       .high = 1'000'000},
      {.name = "latency_limit",
       .kind = K::duration,
       .meaning = "What counts as good; default: pooled p99 of before × 1.1. A pgbench workload "
                  "that queues does not send what has missed it, as pgbench's -L",
       .low = 1},
      {.name = "reconnect",
       .kind = K::table,
       .meaning = "How lost connections are replaced",
       .table = &reconnect_keys()},
  };
}

std::vector<Key> http_keys() {
  return {
      {.name = "request",
       .kind = K::table,
       .meaning = "What is sent; default: GET /",
       .table = &request_keys(),
       .only_kind = "http"},
      {.name = "requests",
       .kind = K::tables,
       .meaning = "Several requests, chosen by weight",
       .table = &request_keys(),
       .only_kind = "http"},
      {.name = "first_byte_timeout",
       .kind = K::duration,
       .meaning = "From sent to the first byte of the answer",
       .low = 1,
       .only_kind = "http"},
      {.name = "requests_per_connection",
       .kind = K::integer,
       .meaning = "A fresh connection after so many; 0 = no limit",
       .high = kManyCount,
       .only_kind = "http"},
      {.name = "keepalive",
       .kind = K::boolean,
       .meaning = "false: a connection per request",
       .only_kind = "http"},
      {.name = "expect",
       .kind = K::table,
       .meaning = "What counts as ok",
       .table = &expect_keys(),
       .only_kind = "http"},
      {.name = "served_by",
       .meaning = "Header that names pod or zone, or \"peer\"",
       .only_kind = "http"},
      {.name = "traceparent",
       .kind = K::boolean,
       .meaning = "Send a W3C traceparent header",
       .only_kind = "http"},
  };
}

std::vector<Key> pgbench_keys() {
  const auto count = [](std::string_view name, std::string_view meaning) {
    return Key{.name = name,
               .kind = K::integer,
               .meaning = meaning,
               .low = 1,
               .high = 1'000'000,
               .only_kind = "pgbench"};
  };
  const auto yes_no = [](std::string_view name, std::string_view meaning) {
    return Key{.name = name, .kind = K::boolean, .meaning = meaning, .only_kind = "pgbench"};
  };
  return {
      {.name = "scripts",
       .kind = K::texts,
       .meaning = "Built-in scripts or files, weight after @",
       .only_kind = "pgbench"},
      count("threads", "Threads per worker"),
      count("scale", "Scale factor of the tables"),
      {.name = "init",
       .kind = K::choice,
       .meaning = "What is done to the tables first",
       .choices = {"verify", "create", "never"},
       .only_kind = "pgbench"},
      {.name = "protocol",
       .kind = K::choice,
       .meaning = "Query protocol",
       .choices = {"simple", "extended", "prepared"},
       .only_kind = "pgbench"},
      {.name = "define",
       .kind = K::text_map,
       .meaning = "Variables, like pgbench's -D",
       .only_kind = "pgbench"},
      {.name = "max_tries",
       .kind = K::integer,
       .meaning = "Tries of a transaction that failed to serialize; 0: until the latency limit",
       .high = 1'000'000,
       .only_kind = "pgbench"},
      {.name = "on_error",
       .kind = K::choice,
       .meaning = "After an SQL error: the client's next transaction, or its end, as in pgbench",
       .choices = {"next", "end_client"},
       .only_kind = "pgbench"},
      {.name = "transactions_per_client",
       .kind = K::integer,
       .meaning = "Closed loop: a client ends after so many; 0 = no limit",
       .high = kManyCount,
       .only_kind = "pgbench"},
      yes_no("connect_per_transaction", "A connection per transaction"),
      yes_no("audit", "Ledger of acknowledged writes, checked after the run"),
      {.name = "probes",
       .kind = K::table,
       .meaning = "Reads and writes per second on their own connections",
       .table = &probe_keys(),
       .only_kind = "pgbench"},
  };
}

Key hook(std::string_view name, std::string_view meaning) {
  return {.name = name, .kind = K::texts, .meaning = meaning, .only_kind = "command"};
}

}  // namespace

const TableKeys& workload_keys() {
  static const TableKeys keys = [] {
    TableKeys made{"a workload", common_workload_keys()};
    for (const Key& key : http_keys()) made.keys.push_back(key);
    for (const Key& key : pgbench_keys()) made.keys.push_back(key);
    return made;
  }();
  return keys;
}

const TableKeys& fault_keys() {
  static const TableKeys keys{
      "a fault",
      {{.name = "name", .kind = K::name, .meaning = "Name of the fault", .required = true},
       {.name = "kind",
        .kind = K::choice,
        .meaning = "command: hooks; load: extra tickets; external: done by somebody else",
        .required = true,
        .choices = {"command", "load", "external", "kubernetes"}},
       {.name = "group", .meaning = "Which group; default: the experimental one"},
       {.name = "at", .kind = K::duration, .meaning = "When, from the start of during"},
       hook("require", "Must exit 0 in preflight and again just before, or nothing is injected"),
       hook("inject", "The program that does it, and its arguments"),
       hook("confirm", "Polled each second until it exits 0: the fault has taken effect"),
       hook("recovered", "Polled until it exits 0: the system has healed"),
       hook("revert", "Undoes it; it runs on every way out"),
       {.name = "duration",
        .kind = K::duration,
        .meaning = "Revert after this long; default: at the end of during",
        .low = 1},
       {.name = "timeout", .kind = K::duration, .meaning = "Of each hook; default 60s", .low = 1},
       {.name = "workload",
        .meaning = "load: the workload that is multiplied",
        .only_kind = "load"},
       {.name = "multiply",
        .kind = K::number,
        .meaning = "load: by what, above 1",
        .high = 1000,
        .only_kind = "load"},
       {.name = "wait",
        .kind = K::duration,
        .meaning = "external: how long it is waited for; default: the rest of during",
        .low = 1,
        .only_kind = "external"}}};
  return keys;
}

}  // namespace loadgen
