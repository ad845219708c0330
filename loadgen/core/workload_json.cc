// figures_json.h, the part above single phases: recovery, errors, who answered, series.
#include <algorithm>

#include "loadgen/core/audit_json.h"
#include "loadgen/core/figures_json.h"
#include "loadgen/core/recovery_json.h"

namespace loadgen {
namespace {

using Phases = std::vector<std::pair<std::string, PhaseFigures>>;

void write_phases(JsonWriter& out, std::string_view key, const Phases& phases) {
  out.key(key);
  out.begin_object();
  for (const auto& [name, phase] : phases) {
    out.key(name);
    write_phase(out, phase);
  }
  out.end_object();
}

void read_phases(const JsonNode& from, Phases& phases) {
  from.each_member([&](const std::string& name, const JsonNode& node) {
    read_phase(node, phases.emplace_back(name, PhaseFigures{}).second);
  });
}

/// `slice` is [group, workload, operation, second]: indices into the scenario, not names.
void write_sample(JsonWriter& out, const ErrorSample& sample,
                  const std::vector<std::string>& operation_names) {
  out.begin_object();
  write_us(out, "at_us", sample.at);
  out.field("operation", sample.key.operation < operation_names.size()
                             ? operation_names[sample.key.operation]
                             : std::to_string(sample.key.operation));
  if (sample.status != 0) out.field("status", sample.status);
  out.field("peer", sample.peer);
  out.field_if("traceparent", sample.traceparent);
  out.field_if("excerpt", sample.excerpt);
  out.field("slice", std::vector<std::int64_t>{sample.key.group, sample.key.workload,
                                               sample.key.operation, sample.key.second});
  out.end_object();
}

void read_sample(const JsonNode& from, ErrorSample& sample) {
  JsonFields fields(from);
  fields.need("at_us", sample.at);
  fields.maybe("status", sample.status);
  fields.need("peer", sample.peer);
  fields.maybe("traceparent", sample.traceparent);
  fields.maybe("excerpt", sample.excerpt);
  fields.need("operation");
  std::vector<std::int64_t> slice;
  const JsonNode node = fields.need("slice");
  node.read(slice);
  const auto small = [](std::int64_t n) { return n >= 0 && n <= 0xFFFF; };
  if (slice.size() != 4 || !std::all_of(slice.begin(), slice.end() - 1, small) ||
      slice[3] != static_cast<RunSecond>(slice[3])) {
    node.fail("expected [group, workload, operation, second]");
  }
  sample.key = {static_cast<std::uint16_t>(slice[0]), static_cast<std::uint16_t>(slice[1]),
                static_cast<std::uint16_t>(slice[2]), static_cast<RunSecond>(slice[3])};
  fields.done();
}

void write_errors(JsonWriter& out, const WorkloadResult& workload) {
  out.key("errors");
  out.begin_array();
  for (const ErrorGroup& group : workload.errors) {
    out.begin_object();
    out.field("class", name_of(group.outcome));
    out.field("phase", group.phase);
    out.field("count", group.count);
    write_us(out, "first_us", group.first);
    write_us(out, "last_us", group.last);
    out.key("samples");
    out.begin_array();
    for (const ErrorSample& sample : group.samples) {
      write_sample(out, sample, workload.operation_names);
    }
    out.end_array();
    out.end_object();
  }
  out.end_array();
}

void read_errors(const JsonNode& from, std::vector<ErrorGroup>& errors) {
  from.each_item([&](const JsonNode& item) {
    ErrorGroup& group = errors.emplace_back();
    JsonFields fields(item);
    std::string name;
    fields.need("class", name);
    const auto outcome = outcome_named(name);
    if (!outcome) item.fail("'" + name + "' is no known class");
    group.outcome = *outcome;
    fields.need("phase", group.phase);
    fields.need("count", group.count);
    fields.need("first_us", group.first);
    fields.need("last_us", group.last);
    fields.need("samples").each_item([&](const JsonNode& sample) {
      group.samples.emplace_back().outcome = group.outcome;
      read_sample(sample, group.samples.back());
    });
    fields.done();
  });
}

void write_served_by(JsonWriter& out, const std::vector<ServedBy>& all) {
  out.key("served_by");
  out.begin_array();
  for (const ServedBy& served : all) {
    out.begin_object();
    out.field("value", served.value);
    out.key("phases");
    out.begin_object();
    for (const auto& [phase, counts] : served.phases) {
      out.key(phase);
      out.begin_object(JsonLayout::line);
      out.field("answers", counts.answers);
      out.field("ok", counts.ok);
      out.end_object();
    }
    out.end_object();
    out.field_if("longest_silence_s", served.longest_silence_s);
    out.field_if("total_silence_s", served.total_silence_s);
    if (served.silences > 0) out.field("silences", served.silences);
    out.field("answers", served.answers);
    out.end_object();
  }
  out.end_array();
}

void read_served_by(const JsonNode& from, std::vector<ServedBy>& all) {
  from.each_item([&](const JsonNode& item) {
    ServedBy& served = all.emplace_back();
    JsonFields fields(item);
    fields.need("value", served.value);
    fields.need("phases").each_member([&](const std::string& phase, const JsonNode& node) {
      JsonFields counts(node);
      counts.need("answers", served.phases[phase].answers);
      counts.need("ok", served.phases[phase].ok);
      counts.done();
    });
    fields.maybe("longest_silence_s", served.longest_silence_s);
    fields.maybe("total_silence_s", served.total_silence_s);
    fields.maybe("silences", served.silences);
    fields.need("answers", served.answers);
    fields.done();
  });
}

void write_statements(JsonWriter& out, const std::vector<StatementResult>& statements) {
  if (statements.empty()) return;
  out.key("statements");
  out.begin_array();
  for (const StatementResult& statement : statements) {
    out.begin_object();
    out.field("operation", statement.operation);
    out.field("place", statement.place);
    out.field("text", statement.text);
    out.key("phases");
    out.begin_object();
    for (const StatementFigures& figures : statement.phases) {
      out.key(figures.phase);
      out.begin_object();
      out.field("count", figures.count);
      out.field("failed", figures.failed);
      out.field("retried", figures.retried);
      write_quantiles(out, "took_us", figures.took);
      out.end_object();
    }
    out.end_object();
    out.end_object();
  }
  out.end_array();
}

void read_statements(const JsonNode& from, std::vector<StatementResult>& statements) {
  from.each_item([&](const JsonNode& item) {
    StatementResult& statement = statements.emplace_back();
    JsonFields fields(item);
    fields.need("operation", statement.operation);
    fields.need("place", statement.place);
    fields.need("text", statement.text);
    fields.need("phases").each_member([&](const std::string& phase, const JsonNode& node) {
      StatementFigures& figures = statement.phases.emplace_back();
      figures.phase = phase;
      JsonFields each(node);
      each.need("count", figures.count);
      each.need("failed", figures.failed);
      each.need("retried", figures.retried);
      read_quantiles(each, "took_us", figures.took);
      each.done();
    });
    fields.done();
  });
}

}  // namespace

void write_workload(JsonWriter& out, const WorkloadResult& workload) {
  out.begin_object();
  out.field("kind", workload.kind);
  out.field("closed_loop", workload.closed_loop);
  out.field_if("latency_limit_s", workload.latency_limit_s);
  out.field("max_in_flight", workload.max_in_flight);
  out.key("totals");
  write_phase(out, workload.totals);
  write_phases(out, "phases", workload.phases);
  out.key("steps");
  out.begin_array();
  for (const PhaseFigures& step : workload.steps) write_phase(out, step);
  out.end_array();
  out.key("operations");
  out.begin_object();
  for (const auto& [name, phases] : workload.operations) write_phases(out, name, phases);
  out.end_object();
  out.field("operation_names", workload.operation_names);
  write_served_by(out, workload.served_by);
  if (workload.recovery) {
    out.key("recovery");
    write_recovery(out, *workload.recovery);
  }
  if (workload.rto) {
    out.key("rto");
    write_rto(out, *workload.rto);
  }
  write_outages(out, workload.outages);
  if (!workload.operation_outages.empty()) {
    out.key("operation_outages");
    out.begin_object();
    for (const auto& [name, outages] : workload.operation_outages) {
      out.key(name);
      write_windows(out, outages);
    }
    out.end_object();
  }
  write_statements(out, workload.statements);
  if (workload.audit) {
    out.key("audit");
    write_audit(out, *workload.audit);
  }
  write_errors(out, workload);
  out.end_object();
}

void read_workload(const JsonNode& from, WorkloadResult& workload) {
  JsonFields fields(from);
  fields.need("kind", workload.kind);
  fields.maybe("closed_loop", workload.closed_loop);
  fields.maybe("latency_limit_s", workload.latency_limit_s);
  fields.maybe("max_in_flight", workload.max_in_flight);
  read_phase(fields.need("totals"), workload.totals);
  read_phases(fields.need("phases"), workload.phases);
  fields.need("steps").each_item(
      [&](const JsonNode& step) { read_phase(step, workload.steps.emplace_back()); });
  fields.need("operations").each_member([&](const std::string& name, const JsonNode& phases) {
    read_phases(phases, workload.operations[name]);
  });
  fields.maybe("operation_names", workload.operation_names);
  read_served_by(fields.need("served_by"), workload.served_by);
  if (const auto recovery = fields.maybe("recovery")) {
    read_recovery(*recovery, workload.recovery.emplace());
  }
  if (const auto rto = fields.maybe("rto")) read_rto(*rto, workload.rto.emplace());
  read_outages(fields, workload.outages);
  if (const auto node = fields.maybe("operation_outages")) {
    node->each_member([&](const std::string& name, const JsonNode& windows) {
      read_windows(windows, workload.operation_outages[name]);
    });
  }
  if (const auto statements = fields.maybe("statements"))
    read_statements(*statements, workload.statements);
  if (const auto audit = fields.maybe("audit")) read_audit(*audit, workload.audit.emplace());
  read_errors(fields.need("errors"), workload.errors);
  fields.done();
}

void write_series(JsonWriter& out, const Series& series) {
  out.begin_object();
  out.field("start_s", series.start_s);
  out.field("planned", series.planned);
  out.field("ok", series.ok);
  out.field("failed", series.failed);
  out.field("timed_out", series.timed_out);
  out.field("not_sent", series.not_sent);
  out.field("unfinished", series.unfinished);
  out.field("blind", series.blind);
  out.field("p50_us", series.p50_us);
  out.field("p99_us", series.p99_us);
  out.field("max_us", series.max_us);
  out.field("in_flight", series.in_flight);
  out.key("failed_by_class");
  out.begin_object();
  for (const auto& [name, counts] : series.failed_by_class) out.field(name, counts);
  out.end_object();
  out.end_object();
}

void read_series(const JsonNode& from, Series& series) {
  JsonFields fields(from);
  fields.need("start_s", series.start_s);
  fields.need("planned", series.planned);
  const std::size_t seconds = series.planned.size();
  const auto list = [&](std::string_view key, auto& values) {
    fields.need(key, values);
    if (values.size() != seconds) {
      from.fail("'" + std::string(key) + "' has " + std::to_string(values.size()) +
                " values, 'planned' has " + std::to_string(seconds));
    }
  };
  list("ok", series.ok);
  list("failed", series.failed);
  list("timed_out", series.timed_out);
  list("not_sent", series.not_sent);
  list("unfinished", series.unfinished);
  list("blind", series.blind);
  list("p50_us", series.p50_us);
  list("p99_us", series.p99_us);
  list("max_us", series.max_us);
  list("in_flight", series.in_flight);
  fields.need("failed_by_class").each_member([&](const std::string& name, const JsonNode& node) {
    std::vector<std::uint64_t>& counts = series.failed_by_class[name];
    node.read(counts);
    if (counts.size() != seconds) node.fail("differs in length from 'planned'");
  });
  fields.done();
}

}  // namespace loadgen
