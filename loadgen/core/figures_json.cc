#include "loadgen/core/figures_json.h"

#include <array>

namespace loadgen {
namespace {

struct NamedQuantile {
  const char* key;
  std::optional<std::int64_t> Quantiles::*value;
};
constexpr NamedQuantile kQuantiles[] = {
    {"p50", &Quantiles::p50},     {"p75", &Quantiles::p75}, {"p90", &Quantiles::p90},
    {"p95", &Quantiles::p95},     {"p99", &Quantiles::p99}, {"p999", &Quantiles::p999},
    {"p9999", &Quantiles::p9999}, {"max", &Quantiles::max},
};

struct NamedMeasure {
  const char* key;
  Quantiles PhaseFigures::*value;
};
constexpr NamedMeasure kMeasured[] = {
    {"response_us", &PhaseFigures::response}, {"ok_response_us", &PhaseFigures::ok_response},
    {"service_us", &PhaseFigures::service},   {"wait_us", &PhaseFigures::wait},
    {"send_lag_us", &PhaseFigures::send_lag}, {"unfinished_age_us", &PhaseFigures::unfinished_age},
};

struct NamedInstant {
  const char* key;
  RunOffset Tally::*value;
};
constexpr NamedInstant kEdges[] = {
    {"first_ok_us", &Tally::first_ok},
    {"last_ok_us", &Tally::last_ok},
    {"first_not_ok_us", &Tally::first_not_ok},
    {"last_not_ok_us", &Tally::last_not_ok},
};

constexpr OutcomeKind kKinds[] = {OutcomeKind::failed,   OutcomeKind::timed_out,
                                  OutcomeKind::in_doubt, OutcomeKind::unfinished,
                                  OutcomeKind::not_sent, OutcomeKind::blind};

bool by_class(OutcomeKind kind) {
  return kind == OutcomeKind::failed || kind == OutcomeKind::not_sent || kind == OutcomeKind::blind;
}

/// {name: count} of the outcomes of one kind, or of all kinds, that occurred.
void write_counts(JsonWriter& out, std::string_view key, const OutcomeCounts& counts,
                  std::optional<OutcomeKind> only) {
  out.key(key);
  out.begin_object(JsonLayout::line);
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (counts[i] == 0 || (only && kind_of(outcome) != *only)) continue;
    out.field(name_of(outcome), counts[i]);
  }
  out.end_object();
}

void read_counts(const JsonNode& from, OutcomeCounts& counts, std::optional<OutcomeKind> only) {
  from.each_member([&](const std::string& name, const JsonNode& count) {
    const auto outcome = outcome_named(name);
    if (!outcome || (only && kind_of(*outcome) != *only)) {
      count.fail("'" + name + "' is no known class here");
    }
    count.read(counts[static_cast<std::size_t>(*outcome)]);
  });
}

std::uint64_t& single(Tally& tally, OutcomeKind kind) {
  return tally.ended[static_cast<std::size_t>(*outcome_named(name_of(kind)))];
}

void write_served(JsonWriter& out, const decltype(Tally::served_by)& served) {
  if (served.empty()) return;
  out.key("served_by");
  out.begin_object();
  for (const auto& [value, answers] : served) {
    out.key(value);
    out.begin_object(JsonLayout::line);
    out.field("answers", answers.answers);
    out.field("ok", answers.ok);
    out.end_object();
  }
  out.end_object();
}

void write_tally(JsonWriter& out, const Tally& tally) {
  out.field("scheduled", tally.scheduled);
  out.field("planned", tally.planned());
  write_counts(out, "blind", tally.ended, OutcomeKind::blind);
  out.field("ok", tally.ok());
  for (const OutcomeKind kind : kKinds) {
    if (kind == OutcomeKind::blind) continue;
    if (by_class(kind)) {
      write_counts(out, name_of(kind), tally.ended, kind);
    } else {
      out.field(name_of(kind), count_of(tally.ended, kind));
    }
  }
  out.field("stale_retries", tally.stale_retries);
  if (tally.retried > 0) {
    out.field("retried", tally.retried);
    out.field("retries", tally.retries);
  }
  out.key("connects");
  out.begin_object(JsonLayout::line);
  out.field("attempts", tally.connects_attempted);
  out.field("ok", tally.connects_ok);
  write_counts(out, "failed", tally.connects_failed, std::nullopt);
  out.end_object();
  out.field("in_flight", tally.in_flight);
  write_served(out, tally.served_by);
  for (const auto& [key, value] : kEdges) {
    if (tally.*value != Tally::kNever) write_us(out, key, tally.*value);
  }
}

void read_tally(JsonFields& from, Tally& tally) {
  std::uint64_t planned = 0;
  from.need("scheduled", tally.scheduled);
  from.need("planned", planned);
  from.need("ok", tally.ended[static_cast<std::size_t>(Outcome::ok)]);
  for (const OutcomeKind kind : kKinds) {
    if (by_class(kind)) {
      read_counts(from.need(name_of(kind)), tally.ended, kind);
    } else {
      from.need(name_of(kind), single(tally, kind));
    }
  }
  from.need("stale_retries", tally.stale_retries);
  from.maybe("retried", tally.retried);
  from.maybe("retries", tally.retries);
  JsonFields connects(from.need("connects"));
  connects.need("attempts", tally.connects_attempted);
  connects.need("ok", tally.connects_ok);
  read_counts(connects.need("failed"), tally.connects_failed, std::nullopt);
  connects.done();
  from.maybe("in_flight", tally.in_flight);
  if (const auto served = from.maybe("served_by")) {
    served->each_member([&](const std::string& value, const JsonNode& node) {
      JsonFields fields(node);
      fields.need("answers", tally.served_by[value].answers);
      fields.need("ok", tally.served_by[value].ok);
      fields.done();
    });
  }
  for (const auto& [key, value] : kEdges) from.maybe(key, tally.*value);

  if (tally.blind() > tally.scheduled || planned != tally.planned()) {
    from.node().fail("does not balance: scheduled " + std::to_string(tally.scheduled) +
                     " is not planned " + std::to_string(planned) + " + blind " +
                     std::to_string(tally.blind()));
  }
  if (tally.open() != 0) {
    from.node().fail("does not balance: of planned " + std::to_string(planned) + " only " +
                     std::to_string(tally.ended_total() - tally.blind()) +
                     " are accounted for by ok, failed, timed_out, in_doubt, unfinished and "
                     "not_sent");
  }
}

}  // namespace

std::optional<Outcome> outcome_named(std::string_view name) {
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    if (name_of(static_cast<Outcome>(i)) == name) return static_cast<Outcome>(i);
  }
  return std::nullopt;
}

void write_us(JsonWriter& out, std::string_view key, RunOffset at) {
  if (at.count() % 1000 == 0) {
    out.field(key, at.count() / 1000);
  } else {
    out.field(key, static_cast<double>(at.count()) / 1000);
  }
}

void write_us(JsonWriter& out, std::string_view key, const std::optional<RunOffset>& at) {
  if (at) write_us(out, key, *at);
}

void write_quantiles(JsonWriter& out, std::string_view key, const Quantiles& quantiles) {
  if (!quantiles.has_data) return;
  out.key(key);
  out.begin_object(JsonLayout::line);
  for (const auto& [name, value] : kQuantiles) out.field(name, quantiles.*value);
  out.field("mean", quantiles.mean);
  out.end_object();
}

void read_quantiles(JsonFields& from, std::string_view key, Quantiles& quantiles) {
  const auto node = from.maybe(key);
  if (!node) return;
  quantiles.has_data = true;
  JsonFields fields(*node);
  for (const auto& [name, value] : kQuantiles) fields.maybe(name, quantiles.*value);
  fields.maybe("mean", quantiles.mean);
  fields.done();
}

void write_phase(JsonWriter& out, const PhaseFigures& phase) {
  out.begin_object();
  write_us(out, "from_us", phase.from);
  write_us(out, "to_us", phase.to);
  write_tally(out, phase.tally);
  out.field("offered_per_s", phase.offered_per_s);
  out.field("achieved_rate", phase.achieved_rate);
  out.field("error_rate", phase.error_rate);
  out.field("goodput", phase.goodput);
  out.field("ok_per_s", phase.ok_per_s);
  for (const auto& [key, value] : kMeasured) write_quantiles(out, key, phase.*value);
  if (!phase.stages.empty()) {
    out.key("stages_us");
    out.begin_object();
    for (const auto& [stage, quantiles] : phase.stages) write_quantiles(out, stage, quantiles);
    out.end_object();
  }
  out.end_object();
}

void read_phase(const JsonNode& from, PhaseFigures& phase) {
  JsonFields fields(from);
  fields.need("from_us", phase.from);
  fields.need("to_us", phase.to);
  read_tally(fields, phase.tally);
  fields.need("offered_per_s", phase.offered_per_s);
  fields.need("achieved_rate", phase.achieved_rate);
  fields.need("error_rate", phase.error_rate);
  fields.need("goodput", phase.goodput);
  fields.maybe("ok_per_s", phase.ok_per_s);
  for (const auto& [key, value] : kMeasured) read_quantiles(fields, key, phase.*value);
  if (const auto stages = fields.maybe("stages_us")) {
    JsonFields each(*stages);
    stages->each_member([&](const std::string& stage, const JsonNode&) {
      read_quantiles(each, stage, phase.stages[stage]);
    });
  }
  fields.done();
}

}  // namespace loadgen
