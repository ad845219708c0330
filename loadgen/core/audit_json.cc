#include "loadgen/core/audit_json.h"

#include "loadgen/core/figures_json.h"

namespace loadgen {
namespace {

struct Count {
  const char* key;
  std::uint64_t LedgerCounts::*member;
};
constexpr Count kCounts[] = {{"acknowledged_present", &LedgerCounts::acknowledged_present},
                             {"acknowledged_writes_lost", &LedgerCounts::lost},
                             {"weak_present", &LedgerCounts::weak_present},
                             {"weak_absent", &LedgerCounts::weak_absent},
                             {"in_doubt_present", &LedgerCounts::in_doubt_present},
                             {"in_doubt_absent", &LedgerCounts::in_doubt_absent},
                             {"failed_absent", &LedgerCounts::failed_absent},
                             {"phantoms", &LedgerCounts::phantoms},
                             {"duplicates", &LedgerCounts::duplicates},
                             {"unexpected", &LedgerCounts::unexpected},
                             {"unreported", &LedgerCounts::unreported}};

void write_reading(JsonWriter& out, const AuditFigures& figures) {
  const LedgerReading& reading = figures.reading;
  out.begin_object();
  out.field("at", figures.at);
  out.field("server", figures.server);
  out.field_if("system_identifier", figures.system_identifier);
  out.field("timeline", figures.timeline);
  out.field("in_recovery", figures.in_recovery);
  for (const Count& count : kCounts) out.field(count.key, reading.counts.*count.member);
  if (reading.counts.lost > 0) {
    write_us(out, "lost_from_us", reading.lost_from);
    write_us(out, "lost_to_us", reading.lost_to);
  }
  out.key("lost");
  out.begin_array();
  for (const auto& [of, range] : reading.lost) {
    out.begin_object(JsonLayout::line);
    out.field("worker", of.worker);
    out.field("connection", of.connection);
    out.field("attempt", range.attempt);
    out.field("first", range.first);
    out.field("last", range.last);
    write_us(out, "from_us", range.from);
    write_us(out, "to_us", range.to);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void read_reading(const JsonNode& from, AuditFigures& figures) {
  LedgerReading& reading = figures.reading;
  JsonFields fields(from);
  fields.need("at", figures.at);
  fields.need("server", figures.server);
  fields.maybe("system_identifier", figures.system_identifier);
  fields.need("timeline", figures.timeline);
  fields.need("in_recovery", figures.in_recovery);
  for (const Count& count : kCounts) fields.need(count.key, reading.counts.*count.member);
  fields.maybe("lost_from_us", reading.lost_from);
  fields.maybe("lost_to_us", reading.lost_to);
  fields.need("lost").each_item([&](const JsonNode& item) {
    LostRange& lost = reading.lost.emplace_back();
    JsonFields each(item);
    each.need("worker", lost.of.worker);
    each.need("connection", lost.of.connection);
    each.need("attempt", lost.range.attempt);
    each.need("first", lost.range.first);
    each.need("last", lost.range.last);
    each.need("from_us", lost.range.from);
    each.need("to_us", lost.range.to);
    each.done();
  });
  fields.done();
}

void require_balance(const JsonNode& from, const AuditResult& audit, const LedgerCounts& counts) {
  const bool balances = counts.acknowledged_present + counts.lost == audit.acknowledged &&
                        counts.weak_present + counts.weak_absent == audit.weak &&
                        counts.in_doubt_present + counts.in_doubt_absent == audit.in_doubt &&
                        counts.failed_absent + counts.phantoms == audit.failed;
  if (!balances) from.fail("what is present and absent is not what the clients know of");
}

}  // namespace

void write_audit(JsonWriter& out, const AuditResult& audit) {
  out.begin_object();
  out.key("clients");
  out.begin_object(JsonLayout::line);
  out.field("acknowledged", audit.acknowledged);
  out.field("weak", audit.weak);
  out.field("in_doubt", audit.in_doubt);
  out.field("failed", audit.failed);
  out.end_object();
  out.field("audited", audit.decides.has_value());
  out.field_if("decides", audit.decides);
  out.field_if("doubt", audit.doubt);
  out.key("readings");
  out.begin_array();
  for (const AuditFigures& figures : audit.readings) write_reading(out, figures);
  out.end_array();
  out.end_object();
}

void read_audit(const JsonNode& from, AuditResult& audit) {
  JsonFields fields(from);
  JsonFields clients(fields.need("clients"));
  clients.need("acknowledged", audit.acknowledged);
  clients.need("weak", audit.weak);
  clients.need("in_doubt", audit.in_doubt);
  clients.need("failed", audit.failed);
  clients.done();
  bool audited = false;
  fields.need("audited", audited);
  std::optional<std::uint64_t> decides;
  fields.maybe("decides", decides);
  fields.maybe("doubt", audit.doubt);
  fields.need("readings").each_item([&](const JsonNode& item) {
    read_reading(item, audit.readings.emplace_back());
    require_balance(item, audit, audit.readings.back().reading.counts);
  });
  if (audited != decides.has_value() || (decides && *decides >= audit.readings.size())) {
    from.fail("'decides' must number the reading that decides when 'audited' is true");
  }
  if (decides) audit.decides = static_cast<std::size_t>(*decides);
  fields.done();
}

}  // namespace loadgen
