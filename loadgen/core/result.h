// The result: what result.json says (contract.md 6), as values. Analysis makes it; reports read it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/core/capacity.h"
#include "loadgen/core/figures.h"
#include "loadgen/core/judged.h"
#include "loadgen/core/node_result.h"
#include "loadgen/core/run_record.h"

namespace loadgen {

enum class Verdict : std::uint8_t { pass, degraded, failed, inconclusive, invalid, none };
std::string_view name_of(Verdict verdict);  // "PASS" …

struct GroupResult {
  std::string role;
  std::string target;  // base_url without user or password
  std::vector<std::pair<std::string, WorkloadResult>> workloads;
  /// What the probes of a pgbench workload saw: "pgbench.read", "pgbench.write-new", …
  std::vector<std::pair<std::string, WorkloadResult>> probes{};
  /// What server samples told, by the node's name.
  std::vector<std::pair<std::string, NodeResult>> nodes{};
  bool operator==(const GroupResult&) const = default;
};

struct BlindStretch {
  std::uint32_t worker = 0;
  RunOffset from{0}, to{0};
  std::string group, workload, reason;
  std::uint64_t tickets = 0;
  bool operator==(const BlindStretch&) const = default;
};

struct WorkerResult {
  std::uint32_t id = 0;
  bool lost = false;
  std::optional<std::int64_t> clock_offset_us, clock_bound_us;  // none in one process
  std::optional<std::int64_t> first_send_us;
  double cpu = 0;  // share of one core over the run: user and system
  std::string version;
  double cpu_user = 0, cpu_system = 0;
  double cpu_throttled = 0;  // time that a quota took from the process, over the run's
  double cpu_stolen = 0;     // share of the machine's processor time that a hypervisor took
  bool operator==(const WorkerResult&) const = default;
};

struct Trust {
  bool valid = true;
  std::vector<std::string> reasons;  // why not
  std::vector<std::string> warnings;
  Quantiles send_lag;
  double late_share = 0;  // late or blind tickets / scheduled
  /// How far apart the workers' first sends were, each counted from the instant that it was due.
  std::optional<std::int64_t> start_spread_us = {};
  std::vector<WorkerResult> workers;
  std::vector<BlindStretch> blind;
  bool operator==(const Trust&) const = default;
};

/// What was typed for a quick run (`loadgen http`), as far as loadtest's summary repeats it.
struct QuickRun {
  std::string url;                    // without user or password
  std::optional<double> max_seconds;  // -t
  std::optional<std::uint64_t>
      max_requests;           // -n; printed instead of max_seconds, as loadtest does
  std::optional<double> rps;  // --rps; none = closed loop
  std::uint32_t clients = 0;  // -c
  std::uint32_t cores = 1;    // --cores
  bool keepalive = true;
  bool operator==(const QuickRun&) const = default;
};

struct Result {
  int schema = 1;
  std::string tool_name = "loadgen", tool_version, tool_commit, tool_build;
  std::string run_id, name, hypothesis;
  std::vector<std::pair<std::string, std::string>> labels;
  std::string started_at, ended_at;  // ISO 8601 UTC
  std::uint64_t seed = 0;
  std::string scenario_sha256, scenario;
  bool aborted = false;
  std::string abort_reason;
  bool quick = false;
  std::optional<QuickRun> quick_run;   // set when the quick run's options are known
  std::string scenario_path;           // as given; for the command to repeat the run
  std::vector<std::string> overrides;  // --set key=value, in order
  std::map<std::string, std::string> environment;

  Verdict verdict = Verdict::none;
  std::vector<std::string> reasons;  // first one is the headline sentence
  std::vector<CheckResult> checks;
  Steadiness steadiness{};
  Trust trust;
  std::vector<Mark> marks;
  std::vector<HookRun> hooks;
  std::vector<Observation> observations;
  std::optional<RunOffset> fault_requested;                 // of the first fault: time 0 of charts
  std::vector<std::pair<std::string, GroupResult>> groups;  // control first
  std::vector<ComparisonRow> comparison;
  std::optional<Capacity> capacity;  // of a search; the rest is the run of the load that it tells
  bool operator==(const Result&) const = default;
};

/// JSON as in contract.md 6. Byte-identical for equal results. `read_result` throws UserError on
/// anything else, a wrong schema number and a phase that does not balance included.
/// read_result(write_result(r)) == r.
std::string write_result(const Result& result);
Result read_result(std::string_view json, const std::string& path);

}  // namespace loadgen
