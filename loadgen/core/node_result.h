// What the samples of one server came to: a part of a group's result.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/server_sample.h"

namespace loadgen {

/// Something that happened to a server, or to our sight of it. kind: "restart", "promotion",
/// "demotion", "timeline", "other_server", "settings", or "blind", which has an end.
struct NodeEvent {
  RunOffset at{0};              // when it was seen: up to a sample's distance after it happened
  std::optional<RunOffset> to;  // of "blind": when it answered again; none: until the end
  std::string kind;
  std::string detail;
  bool operator==(const NodeEvent&) const = default;
};

/// What a server did in one phase, as far as it was seen.
struct NodePhase {
  std::string phase;
  std::uint64_t samples = 0;
  std::uint64_t blind_s = 0;  // seconds without a sample
  double counted_s = 0;       // time between samples of one server start: what `counted` is of
  ServerCounts counted{};
  std::uint32_t sessions_max = 0, active_max = 0;
  std::map<std::string, double> states;        // sessions, on average over the samples
  std::map<std::string, double> waits;         // active ones, on average over the samples
  std::optional<std::uint64_t> lag_bytes_max;  // of any standby, or its own
  std::optional<Duration> replay_lag_max;
  Duration took_max{0};  // of a sample
  bool operator==(const NodePhase&) const = default;
};

/// One value per second from `start_s`; none where no sample tells.
struct NodeSeries {
  RunSecond start_s = 0;
  std::vector<std::optional<std::uint64_t>> commits, rollbacks;  // in that second
  std::vector<std::optional<std::uint32_t>> sessions, active;
  std::vector<std::optional<std::uint64_t>> lag_bytes;
  std::vector<std::optional<bool>> primary;
  bool operator==(const NodeSeries&) const = default;
};

struct NodeResult {
  std::uint64_t system_identifier = 0;  // 0: never seen
  std::string started_at;               // of the last start that was seen, ISO 8601 UTC
  std::string role;                     // in the last sample: "primary", "standby"; "" = never seen
  std::uint32_t timeline = 0;           // in the last sample; 0 = not known
  std::map<std::string, std::string> settings;  // that decide durability; the last ones seen
  std::string note;                             // what could not be seen, and why
  std::vector<NodeEvent> events;
  std::vector<NodePhase> phases;
  NodeSeries series;
  bool operator==(const NodeResult&) const = default;
};

}  // namespace loadgen
