// Server samples: what one look at a Postgres server found, once a second beside the load.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/core/units.h"

namespace loadgen {

/// What a server counts over all of its databases, from its start or its last crash on. The numbers
/// are part of the journal format: append only.
enum class ServerCounter : std::uint8_t {
  commits,
  rollbacks,
  deadlocks,
  conflicts,  // queries cancelled by recovery, on a standby
  blocks_read,
  blocks_hit,
  temporary_bytes,
  sessions,
  sessions_lost,  // abandoned by the client, ended by a fatal error, or killed
};
inline constexpr std::size_t kServerCounters = 9;
using ServerCounts = std::array<std::uint64_t, kServerCounters>;

/// "commits", "rollbacks", … Pure.
std::string_view name_of(ServerCounter counter);
/// The counter called `name`, or nothing. Pure.
std::optional<ServerCounter> server_counter(std::string_view name);

/// A standby, as the server that sends to it sees it (pg_stat_replication). Without the right to
/// see it (pg_monitor) its state is "".
struct StandbyLink {
  std::string name;                        // its application_name
  std::string state;                       // streaming, catchup …
  std::string sync_state;                  // async, potential, sync, quorum
  std::optional<std::uint64_t> lag_bytes;  // written here, not yet replayed there
  std::optional<Duration> replay_lag;      // as the server measures it; none when it is idle
  bool operator==(const StandbyLink&) const = default;
};

/// What a standby knows of the one that it follows.
struct UpstreamLink {
  std::string state;                       // of its receiver: streaming …; "" = it has none
  std::optional<std::uint64_t> lag_bytes;  // received and not yet replayed
  std::optional<Duration> replay_age;      // since the last commit that it replayed was made
  bool operator==(const UpstreamLink&) const = default;
};

/// One look. When `problem` is set there was no answer: then only group, node, at and took are.
struct ServerSample {
  std::string group, node;
  RunOffset at{0};      // when it was asked
  Duration took{0};     // until the answer was complete, or it was given up
  std::string problem;  // why there was no answer; redacted, at most kLongestSampleText

  std::int64_t started_us = 0;          // the server's start, by its own clock, µs since 1970 UTC
  std::uint64_t system_identifier = 0;  // the same in a primary and its standbys
  std::string address;                  // where it listens, as it sees that; "" = a Unix socket
  bool in_recovery = false;             // it is a standby, or recovers
  std::uint32_t timeline = 0;           // 0 = not known
  ServerCounts counts{};
  std::map<std::string, std::uint32_t> states;  // client sessions by state, ours left out
  std::map<std::string, std::uint32_t> waits;   // active ones by "type:event", or "running"
  std::uint32_t hidden = 0;                     // sessions whose state we have no right to see
  std::vector<StandbyLink> standbys;
  std::optional<UpstreamLink> upstream;         // of a standby
  std::map<std::string, std::string> settings;  // in the first sample of each connection only
  bool operator==(const ServerSample&) const = default;
};

/// No sample has more entries in any of its lists, nor a longer text: a server can't fill our disk.
inline constexpr std::size_t kMostSampleEntries = 32;
inline constexpr std::size_t kLongestSampleText = 300;

/// Binary form, in the pieces of codec.h; decode throws std::runtime_error on anything malformed.
/// decode(encode(s)) == s. Pure.
std::string encode(const ServerSample& sample);
ServerSample decode_server_sample(std::string_view bytes);

}  // namespace loadgen
