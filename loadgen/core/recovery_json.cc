#include "loadgen/core/recovery_json.h"

#include "loadgen/core/figures_json.h"

namespace loadgen {

void write_windows(JsonWriter& out, const std::vector<Outage>& outages) {
  out.begin_array();
  for (const Outage& outage : outages) {
    out.begin_object(JsonLayout::line);
    write_us(out, "from_us", outage.from);
    write_us(out, "to_us", outage.to);
    out.field("down", outage.down);
    out.end_object();
  }
  out.end_array();
}

void write_outages(JsonWriter& out, const std::vector<Outage>& outages) {
  out.key("outages");
  write_windows(out, outages);
}

void read_windows(const JsonNode& from, std::vector<Outage>& outages) {
  from.each_item([&](const JsonNode& item) {
    JsonFields outage(item);
    outage.need("from_us", outages.emplace_back().from);
    outage.need("to_us", outages.back().to);
    outage.need("down", outages.back().down);
    outage.done();
  });
}

void read_outages(JsonFields& from, std::vector<Outage>& outages) {
  if (const auto node = from.maybe("outages")) read_windows(*node, outages);
}

void write_recovery(JsonWriter& out, const Recovery& recovery) {
  out.begin_object();
  write_us(out, "onset_us", recovery.onset);
  write_us(out, "recovered_us", recovery.recovered);
  out.field_if("time_to_detect_s", recovery.time_to_detect_s);
  out.field_if("time_to_recover_s", recovery.time_to_recover_s);
  out.field_if("not_recovered_within_s", recovery.not_recovered_within_s);
  out.field("longest_outage_s", recovery.longest_outage_s);
  out.field("total_outage_s", recovery.total_outage_s);
  out.field("degraded_s", recovery.degraded_s);
  out.field("requests_lost", recovery.requests_lost);
  write_us(out, "first_failed_us", recovery.first_failed);
  write_us(out, "last_failed_us", recovery.last_failed);
  out.key("episodes");
  out.begin_array();
  for (const Episode& episode : recovery.episodes) {
    out.begin_object(JsonLayout::line);
    write_us(out, "onset_us", episode.onset);
    write_us(out, "recovered_us", episode.recovered);
    out.end_object();
  }
  out.end_array();
  write_outages(out, recovery.outages);
  out.field_if("note", recovery.note);
  if (recovery.undetermined) out.field("undetermined", true);
  out.end_object();
}

void read_recovery(const JsonNode& from, Recovery& recovery) {
  JsonFields fields(from);
  fields.maybe("onset_us", recovery.onset);
  fields.maybe("recovered_us", recovery.recovered);
  fields.maybe("time_to_detect_s", recovery.time_to_detect_s);
  fields.maybe("time_to_recover_s", recovery.time_to_recover_s);
  fields.maybe("not_recovered_within_s", recovery.not_recovered_within_s);
  fields.need("longest_outage_s", recovery.longest_outage_s);
  fields.need("total_outage_s", recovery.total_outage_s);
  fields.need("degraded_s", recovery.degraded_s);
  fields.need("requests_lost", recovery.requests_lost);
  fields.maybe("first_failed_us", recovery.first_failed);
  fields.maybe("last_failed_us", recovery.last_failed);
  fields.need("episodes").each_item([&](const JsonNode& item) {
    JsonFields episode(item);
    episode.need("onset_us", recovery.episodes.emplace_back().onset);
    episode.maybe("recovered_us", recovery.episodes.back().recovered);
    episode.done();
  });
  read_outages(fields, recovery.outages);
  fields.maybe("note", recovery.note);
  fields.maybe("undetermined", recovery.undetermined);
  fields.done();
}

}  // namespace loadgen
