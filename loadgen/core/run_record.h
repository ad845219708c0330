// What else stands in a journal beside the parts: header, marks, hook runs, observations, end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/core/units.h"

namespace loadgen {

/// First record of a journal. No secret is in it: the scenario text is the file as written, with
/// ${NAME} unresolved.
struct RunHeader {
  std::string run_id;                  // e.g. "20260820T100604Z-3f9a1c"
  std::string scenario_path;           // as given; "" for a quick run
  std::string scenario_text;           // the TOML
  std::vector<std::string> overrides;  // --set key=value, in order
  std::uint64_t seed = 0;
  std::int64_t started_at_us = 0;  // wall clock of run offset 0, µs since 1970 UTC
  std::uint32_t workers = 1;
  std::string tool_version, tool_commit, tool_build;
  std::map<std::string, std::string> environment;  // host, kernel, cpu, cores, memory, compiler …
  /// What the commands of scripts are called, by "WORKLOAD/OPERATION"; of pgbench workloads.
  std::map<std::string, std::vector<std::string>> statements;
  bool forced = false;  // --force was given
  bool quick = false;   // loadgen http / pgbench: phase `before` is shown as `run`
  bool operator==(const RunHeader&) const = default;
};

/// A timestamped event. kind: "phase" (name = warmup | before | during | after | end), "requested",
/// "confirmed", "reverted", "recovered", "not_injected", "not_reverted", "not_confirmed" (name =
/// fault), "gate" (name = steady | not_steady | extended | refused), "abort" (name = the rule),
/// "interrupted", "worker_silent",
/// "worker_lost", "worker_back", "worker_restarted" (name = its number), "note".
struct Mark {
  RunOffset at{0};
  std::string kind;
  std::string name;
  std::string group;   // may be empty
  std::string detail;  // may be empty; redacted
  bool operator==(const Mark&) const = default;
};

/// One run of a hook or of an observing command that failed.
struct HookRun {
  std::string fault;
  std::string group;
  std::string hook;               // require | inject | confirm | recovered | revert | observe
  std::vector<std::string> argv;  // after $variables; secrets redacted
  RunOffset started{0}, ended{0};
  std::optional<int>
      exit_code;  // none: could not be started, was killed at its timeout or by a signal
  bool timed_out = false;
  std::uint32_t attempts = 1;  // polled hooks: how often it ran; only the last run is kept
  std::string output;          // last lines, at most 2 KB, redacted
  bool operator==(const HookRun&) const = default;
};

/// A number from an `observe` command; without a value the command failed or printed no number.
struct Observation {
  std::string name;
  std::string group;
  RunOffset at{0};
  std::optional<double> value;
  std::string detail;
  bool operator==(const Observation&) const = default;
};

/// Last record of a journal that ended well.
struct RunEnd {
  RunOffset at{0};
  bool aborted = false;
  std::string reason;  // empty, or why it was aborted
  bool operator==(const RunEnd&) const = default;
};

/// Binary forms, as in recording_codec.cc; decode throws std::runtime_error on anything malformed.
/// Pure.
std::string encode(const RunHeader&);
std::string encode(const Mark&);
std::string encode(const HookRun&);
std::string encode(const Observation&);
std::string encode(const RunEnd&);
RunHeader decode_header(std::string_view);
Mark decode_mark(std::string_view);
HookRun decode_hook(std::string_view);
Observation decode_observation(std::string_view);
RunEnd decode_end(std::string_view);

}  // namespace loadgen
