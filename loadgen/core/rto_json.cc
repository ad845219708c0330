// `rto` of a probe in result.json.
#include "loadgen/core/figures_json.h"

namespace loadgen {
namespace {

struct Part {
  const char* key;
  std::optional<Duration> Rto::*part;
};

constexpr Part kParts[] = {
    {"detect", &Rto::detect},
    {"unreachable", &Rto::unreachable},
    {"role_awaited", &Rto::role_awaited},
    {"resolve", &Rto::resolve},
    {"connect", &Rto::connect},
    {"authenticate", &Rto::authenticate},
    {"role", &Rto::role},
    {"first_answer", &Rto::first_answer},
};

}  // namespace

void write_rto(JsonWriter& out, const Rto& rto) {
  out.begin_object();
  write_us(out, "last_ok_us", rto.last_ok);
  write_us(out, "first_failed_us", rto.first_failed);
  write_us(out, "known_us", rto.known);
  out.field("failure", name_of(rto.failure));
  write_us(out, "first_ok_us", rto.first_ok);
  write_us(out, "answered_us", rto.answered);
  write_us(out, "stable_us", rto.stable);
  out.field("failed", rto.failed);
  out.field("attempts_failed", rto.attempts_failed);
  out.key("parts_us");
  out.begin_object(JsonLayout::line);
  for (const auto& [key, part] : kParts) write_us(out, key, rto.*part);
  out.end_object();
  out.end_object();
}

void read_rto(const JsonNode& from, Rto& rto) {
  JsonFields fields(from);
  fields.maybe("last_ok_us", rto.last_ok);
  fields.need("first_failed_us", rto.first_failed);
  fields.need("known_us", rto.known);
  std::string failure;
  const JsonNode named = fields.need("failure");
  named.read(failure);
  const auto outcome = outcome_named(failure);
  if (!outcome) named.fail("'" + failure + "' is no known class");
  rto.failure = *outcome;
  fields.maybe("first_ok_us", rto.first_ok);
  fields.maybe("answered_us", rto.answered);
  fields.maybe("stable_us", rto.stable);
  fields.need("failed", rto.failed);
  fields.need("attempts_failed", rto.attempts_failed);
  JsonFields parts(fields.need("parts_us"));
  for (const auto& [key, part] : kParts) parts.maybe(key, rto.*part);
  parts.done();
  fields.done();
}

}  // namespace loadgen
