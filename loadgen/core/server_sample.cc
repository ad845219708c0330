// Binary form: the fields in the order of server_sample.h. A map is its count and (key, value)
// ascending by key, a list its count and the items, what may be absent a flag and, if set, the
// value. What stands behind `problem` is written only when that is empty. Before the counts stands
// how many they are: a program that knows others is refused.
#include "loadgen/core/server_sample.h"

#include <algorithm>

#include "loadgen/core/assert.h"
#include "loadgen/core/codec.h"

namespace loadgen {
namespace {

constexpr std::array<std::string_view, kServerCounters> kNames = {
    "commits",    "rollbacks",       "deadlocks", "conflicts",    "blocks_read",
    "blocks_hit", "temporary_bytes", "sessions",  "sessions_lost"};

template <class Value, class Put>
void put_maybe(Encoder& to, const std::optional<Value>& value, Put put) {
  to.flag(value.has_value());
  if (value) put(*value);
}

void put_size(Encoder& to, std::size_t size) {
  LG_ASSERT(size <= kMostSampleEntries);
  to.u64(size);
}

void put_text(Encoder& to, const std::string& text) {
  LG_ASSERT(text.size() <= kLongestSampleText);
  to.text(text);
}

std::string take_text(Decoder& from) { return from.text(kLongestSampleText); }

template <class Value, class Put>
void put_map(Encoder& to, const std::map<std::string, Value>& map, Put put) {
  put_size(to, map.size());
  for (const auto& [key, value] : map) {
    put_text(to, key);
    put(value);
  }
}

template <class Value, class Take>
void take_map(Decoder& from, std::map<std::string, Value>& map, Take take) {
  for (std::size_t left = from.count(2, kMostSampleEntries); left > 0; --left) {
    std::string key = take_text(from);
    if (!map.empty() && map.rbegin()->first >= key) from.refuse("keys are not in order");
    map.emplace_hint(map.end(), std::move(key), take());
  }
}

void put(Encoder& to, const std::optional<std::uint64_t>& value) {
  put_maybe(to, value, [&](std::uint64_t number) { to.u64(number); });
}

void put(Encoder& to, const std::optional<Duration>& value) {
  put_maybe(to, value, [&](Duration duration) { to.offset(duration); });
}

std::optional<std::uint64_t> take_count(Decoder& from) {
  if (!from.flag()) return std::nullopt;
  return from.u64();
}

std::optional<Duration> take_duration(Decoder& from) {
  if (!from.flag()) return std::nullopt;
  return from.offset();
}

void put_found(Encoder& to, const ServerSample& sample) {
  to.i64(sample.started_us);
  to.u64(sample.system_identifier);
  put_text(to, sample.address);
  to.flag(sample.in_recovery);
  to.u64(sample.timeline);
  to.u64(sample.counts.size());
  for (const std::uint64_t count : sample.counts) to.u64(count);
  put_map(to, sample.states, [&](std::uint32_t n) { to.u64(n); });
  put_map(to, sample.waits, [&](std::uint32_t n) { to.u64(n); });
  to.u64(sample.hidden);
  put_size(to, sample.standbys.size());
  for (const StandbyLink& standby : sample.standbys) {
    put_text(to, standby.name);
    put_text(to, standby.state);
    put_text(to, standby.sync_state);
    put(to, standby.lag_bytes);
    put(to, standby.replay_lag);
  }
  put_maybe(to, sample.upstream, [&](const UpstreamLink& upstream) {
    put_text(to, upstream.state);
    put(to, upstream.lag_bytes);
    put(to, upstream.replay_age);
  });
  put_map(to, sample.settings, [&](const std::string& value) { put_text(to, value); });
}

void take_found(Decoder& from, ServerSample& sample) {
  sample.started_us = from.i64();
  sample.system_identifier = from.u64();
  sample.address = take_text(from);
  sample.in_recovery = from.flag();
  sample.timeline = from.number<std::uint32_t>();
  if (from.u64() != kServerCounters) from.refuse("another number of server counts");
  for (std::uint64_t& count : sample.counts) count = from.u64();
  const auto number = [&] { return from.number<std::uint32_t>(); };
  take_map(from, sample.states, number);
  take_map(from, sample.waits, number);
  sample.hidden = number();
  for (std::size_t left = from.count(5, kMostSampleEntries); left > 0; --left) {
    StandbyLink& standby = sample.standbys.emplace_back();
    standby.name = take_text(from);
    standby.state = take_text(from);
    standby.sync_state = take_text(from);
    standby.lag_bytes = take_count(from);
    standby.replay_lag = take_duration(from);
  }
  if (from.flag()) {
    UpstreamLink& upstream = sample.upstream.emplace();
    upstream.state = take_text(from);
    upstream.lag_bytes = take_count(from);
    upstream.replay_age = take_duration(from);
  }
  take_map(from, sample.settings, [&] { return take_text(from); });
}

}  // namespace

std::string_view name_of(ServerCounter counter) {
  return kNames[static_cast<std::size_t>(counter)];
}

std::optional<ServerCounter> server_counter(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<ServerCounter>(found - kNames.begin());
}

std::string encode(const ServerSample& sample) {
  Encoder to;
  to.text(sample.group);
  to.text(sample.node);
  to.offset(sample.at);
  to.offset(sample.took);
  put_text(to, sample.problem);
  if (sample.problem.empty()) put_found(to, sample);
  return to.take();
}

ServerSample decode_server_sample(std::string_view bytes) {
  Decoder from(bytes);
  ServerSample sample;
  sample.group = from.text();
  sample.node = from.text();
  sample.at = from.offset();
  sample.took = from.offset();
  sample.problem = take_text(from);
  if (sample.problem.empty()) take_found(from, sample);
  from.expect_end();
  return sample;
}

}  // namespace loadgen
