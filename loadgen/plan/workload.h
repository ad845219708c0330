// A workload: one kind of traffic that every group gets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/core/units.h"

namespace loadgen {

/// One entry of `stages`: go to `to` in a straight line during `over`, then stay for `hold`. Either
/// may be 0; without `to` the last rate is held. `{ to = 200, hold = "20s" }` jumps.
struct Stage {
  std::optional<Rate> to;
  Duration over{0};
  Duration hold{0};
};

struct Request {
  std::string name;  // operation name; default "METHOD path" when there are several, else the
                     // workload's name
  std::string method = "GET";
  std::string path = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // the content of body_file, if that was given
  double weight = 1;
};

struct Expect {
  std::vector<int> status;    // empty: 200 – 399
  std::string body_contains;  // empty: anything
};

struct HttpPart {
  std::vector<Request> requests;  // at least one
  Expect expect;
  bool keepalive = true;
  std::uint32_t requests_per_connection = 0;  // 0 = no limit
  std::string served_by;                      // header name, "peer", or empty
  bool traceparent = false;
};

struct ScriptChoice {
  std::string script;  // built-in, or the file as it was named
  double weight = 1;
  std::optional<std::string> text;  // of a file; a built-in script has none
};

/// What an SQL error does to the client that met it. Losing its connection ends no client.
enum class OnError : std::uint8_t {
  next,        // its next transaction follows
  end_client,  // as in pgbench
};

struct PgbenchPart {
  std::vector<ScriptChoice> scripts;  // at least one
  std::uint32_t clients = 1;          // connections, of all workers; also in open loop
  std::uint32_t threads = 1;          // engines per worker
  std::uint32_t scale = 1;
  std::string init = "verify";  // verify | create | never
  std::string protocol = "simple";
  std::vector<std::pair<std::string, std::string>> define;
  std::uint32_t max_tries = 1;  // 0: until the latency limit
  OnError on_error = OnError::next;
  std::uint64_t transactions_per_client = 0;  // 0: no limit
  bool connect_per_transaction = false;
  bool audit = false;
  Rate probe_reads, probe_writes;
};

enum class WorkloadKind : std::uint8_t { http, pgbench };
/// What a workload asks that is no load but an instrument: whether reads or writes are served.
enum class Probe : std::uint8_t { none, read, write };
enum class Arrival : std::uint8_t { constant, poisson };
enum class OnSaturation : std::uint8_t { shed, queue };

struct Reconnect {
  Duration initial = std::chrono::milliseconds(50);
  Duration max = std::chrono::seconds(1);
  double per_second = 100;  // attempts per target, all workers together
};

struct Workload {
  std::string name;
  WorkloadKind kind = WorkloadKind::http;
  Rate rate;                  // constant rate; unused with stages
  std::vector<Stage> stages;  // empty = constant rate
  std::uint32_t clients = 0;  // > 0: closed loop with that many clients, rate = 0
  Duration think{0};
  Arrival arrival = Arrival::constant;
  Duration timeout = std::chrono::seconds(10);         // of the whole, from intended
  Duration connect_timeout = std::chrono::seconds(3);  // default: the smaller of 3 s and timeout
  Duration first_byte_timeout{0};                      // 0 = none
  std::uint32_t max_in_flight = 0;                     // resolved: never 0 in a valid scenario
  OnSaturation on_saturation = OnSaturation::shed;
  std::uint32_t connections = 0;  // resolved: opened ahead
  std::optional<Duration> latency_limit;
  Reconnect reconnect;
  HttpPart http;        // kind == http
  PgbenchPart pgbench;  // kind == pgbench
  /// Probes are workloads of their own, on connections of their own: kept open, or (with
  /// connect_per_transaction) a new one for each.
  Probe probe = Probe::none;
  std::string probe_of;  // the name of the workload that asked for it

  bool closed_loop() const { return clients > 0; }
  /// Highest planned rate; 0 in closed loop.
  Rate peak_rate() const;
  /// Names of its operations, in the order of SliceKey::operation; never empty.
  std::vector<std::string> operations() const;
};

}  // namespace loadgen
