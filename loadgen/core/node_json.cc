#include "loadgen/core/node_json.h"

#include <charconv>

#include "loadgen/core/figures_json.h"

namespace loadgen {
namespace {

template <class Value>
void write_map(JsonWriter& out, std::string_view key, const std::map<std::string, Value>& map) {
  out.key(key);
  out.begin_object(JsonLayout::line);
  for (const auto& [name, value] : map) out.field(name, value);
  out.end_object();
}

template <class Value>
void read_map(JsonFields& from, std::string_view key, std::map<std::string, Value>& map) {
  from.need(key).each_member(
      [&](const std::string& name, const JsonNode& value) { value.read(map[name]); });
}

void write_event(JsonWriter& out, const NodeEvent& event) {
  out.begin_object(JsonLayout::line);
  write_us(out, "at_us", event.at);
  write_us(out, "to_us", event.to);
  out.field("kind", event.kind);
  out.field_if("detail", event.detail);
  out.end_object();
}

void read_event(const JsonNode& from, NodeEvent& event) {
  JsonFields fields(from);
  fields.need("at_us", event.at);
  fields.maybe("to_us", event.to);
  fields.need("kind", event.kind);
  fields.maybe("detail", event.detail);
  fields.done();
}

void write_counts(JsonWriter& out, const ServerCounts& counts) {
  out.key("counted");
  out.begin_object(JsonLayout::line);
  for (std::size_t i = 0; i < kServerCounters; ++i) {
    out.field(name_of(static_cast<ServerCounter>(i)), counts[i]);
  }
  out.end_object();
}

void read_counts(const JsonNode& from, ServerCounts& counts) {
  JsonFields fields(from);
  for (std::size_t i = 0; i < kServerCounters; ++i) {
    fields.need(name_of(static_cast<ServerCounter>(i)), counts[i]);
  }
  fields.done();
}

void write_phase(JsonWriter& out, const NodePhase& phase) {
  out.begin_object();
  out.field("samples", phase.samples);
  out.field("blind_s", phase.blind_s);
  out.field("counted_s", phase.counted_s);
  if (phase.counted_s > 0) write_counts(out, phase.counted);
  if (phase.samples > 0) {
    out.field("sessions_max", phase.sessions_max);
    out.field("active_max", phase.active_max);
  }
  write_map(out, "states", phase.states);
  write_map(out, "waits", phase.waits);
  out.field_if("lag_bytes_max", phase.lag_bytes_max);
  write_us(out, "replay_lag_max_us", phase.replay_lag_max);
  write_us(out, "took_max_us", phase.took_max);
  out.end_object();
}

void read_phase(const JsonNode& from, NodePhase& phase) {
  JsonFields fields(from);
  fields.need("samples", phase.samples);
  fields.need("blind_s", phase.blind_s);
  fields.need("counted_s", phase.counted_s);
  if (const auto counted = fields.maybe("counted")) read_counts(*counted, phase.counted);
  fields.maybe("sessions_max", phase.sessions_max);
  fields.maybe("active_max", phase.active_max);
  read_map(fields, "states", phase.states);
  read_map(fields, "waits", phase.waits);
  fields.maybe("lag_bytes_max", phase.lag_bytes_max);
  fields.maybe("replay_lag_max_us", phase.replay_lag_max);
  fields.need("took_max_us", phase.took_max);
  fields.done();
}

void write_series(JsonWriter& out, const NodeSeries& series) {
  out.key("series");
  out.begin_object();
  out.field("start_s", series.start_s);
  out.field("commits", series.commits);
  out.field("rollbacks", series.rollbacks);
  out.field("sessions", series.sessions);
  out.field("active", series.active);
  out.field("lag_bytes", series.lag_bytes);
  out.field("primary", series.primary);
  out.end_object();
}

void read_series(const JsonNode& from, NodeSeries& series) {
  JsonFields fields(from);
  fields.need("start_s", series.start_s);
  fields.need("commits", series.commits);
  const auto list = [&](std::string_view key, auto& values) {
    fields.need(key, values);
    if (values.size() != series.commits.size()) {
      from.fail("'" + std::string(key) + "' differs in length from 'commits'");
    }
  };
  list("rollbacks", series.rollbacks);
  list("sessions", series.sessions);
  list("active", series.active);
  list("lag_bytes", series.lag_bytes);
  list("primary", series.primary);
  fields.done();
}

/// It does not fit the numbers of JSON's readers (53 bits), so it is a text.
void read_identifier(JsonFields& from, std::uint64_t& identifier) {
  const auto node = from.maybe("system_identifier");
  if (!node) return;
  std::string text;
  node->read(text);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, identifier);
  if (error != std::errc() || stop != end) node->fail("'" + text + "' is no system identifier");
}

}  // namespace

void write_node(JsonWriter& out, const NodeResult& node) {
  out.begin_object();
  if (node.system_identifier != 0) {
    out.field("system_identifier", std::to_string(node.system_identifier));
  }
  out.field_if("started_at", node.started_at);
  out.field_if("role", node.role);
  if (node.timeline != 0) out.field("timeline", node.timeline);
  write_map(out, "settings", node.settings);
  out.field_if("note", node.note);
  out.key("events");
  out.begin_array();
  for (const NodeEvent& event : node.events) write_event(out, event);
  out.end_array();
  out.key("phases");
  out.begin_object();
  for (const NodePhase& phase : node.phases) {
    out.key(phase.phase);
    write_phase(out, phase);
  }
  out.end_object();
  write_series(out, node.series);
  out.end_object();
}

void read_node(const JsonNode& from, NodeResult& node) {
  JsonFields fields(from);
  read_identifier(fields, node.system_identifier);
  fields.maybe("started_at", node.started_at);
  fields.maybe("role", node.role);
  fields.maybe("timeline", node.timeline);
  read_map(fields, "settings", node.settings);
  fields.maybe("note", node.note);
  fields.need("events").each_item(
      [&](const JsonNode& event) { read_event(event, node.events.emplace_back()); });
  fields.need("phases").each_member([&](const std::string& name, const JsonNode& phase) {
    node.phases.emplace_back().phase = name;
    read_phase(phase, node.phases.back());
  });
  read_series(fields.need("series"), node.series);
  fields.done();
}

}  // namespace loadgen
