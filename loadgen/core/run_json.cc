#include "loadgen/core/run_json.h"

#include "loadgen/core/figures_json.h"

namespace loadgen {
namespace {

using Interval = std::optional<std::pair<double, double>>;

void write_interval(JsonWriter& out, const Interval& interval, const char* name = "interval") {
  if (!interval) return;
  out.key(name);
  out.begin_array(JsonLayout::line);
  out.value(interval->first);
  out.value(interval->second);
  out.end_array();
}

void read_interval(JsonFields& from, Interval& interval, const char* name = "interval") {
  const auto node = from.maybe(name);
  if (!node) return;
  std::vector<double> ends;
  node->read(ends);
  if (ends.size() != 2) node->fail("expected [low, high]");
  interval = {ends[0], ends[1]};
}

void write_quick_run(JsonWriter& out, const QuickRun& quick) {
  out.key("quick_run");
  out.begin_object(JsonLayout::line);
  out.field("url", quick.url);
  out.field_if("max_seconds", quick.max_seconds);
  out.field_if("max_requests", quick.max_requests);
  out.field_if("rps", quick.rps);
  out.field("clients", quick.clients);
  out.field("cores", quick.cores);
  out.field("keepalive", quick.keepalive);
  out.end_object();
}

void read_quick_run(const JsonNode& from, QuickRun& quick) {
  JsonFields fields(from);
  fields.need("url", quick.url);
  fields.maybe("max_seconds", quick.max_seconds);
  fields.maybe("max_requests", quick.max_requests);
  fields.maybe("rps", quick.rps);
  fields.need("clients", quick.clients);
  fields.need("cores", quick.cores);
  fields.need("keepalive", quick.keepalive);
  fields.done();
}

void write_worker(JsonWriter& out, const WorkerResult& worker) {
  out.begin_object(JsonLayout::line);
  out.field("id", worker.id);
  out.field("lost", worker.lost);
  out.field_if("clock_offset_us", worker.clock_offset_us);
  out.field_if("clock_bound_us", worker.clock_bound_us);
  out.field_if("first_send_us", worker.first_send_us);
  out.field("cpu", worker.cpu);
  out.field("cpu_user", worker.cpu_user);
  out.field("cpu_system", worker.cpu_system);
  out.field("cpu_throttled", worker.cpu_throttled);
  out.field("cpu_stolen", worker.cpu_stolen);
  out.field("version", worker.version);
  out.end_object();
}

void read_worker(const JsonNode& from, WorkerResult& worker) {
  JsonFields fields(from);
  fields.need("id", worker.id);
  fields.need("lost", worker.lost);
  fields.maybe("clock_offset_us", worker.clock_offset_us);
  fields.maybe("clock_bound_us", worker.clock_bound_us);
  fields.maybe("first_send_us", worker.first_send_us);
  fields.need("cpu", worker.cpu);
  fields.maybe("cpu_user", worker.cpu_user);
  fields.maybe("cpu_system", worker.cpu_system);
  fields.maybe("cpu_throttled", worker.cpu_throttled);
  fields.maybe("cpu_stolen", worker.cpu_stolen);
  fields.need("version", worker.version);
  fields.done();
}

void write_blind(JsonWriter& out, const BlindStretch& blind) {
  out.begin_object(JsonLayout::line);
  out.field("worker", blind.worker);
  write_us(out, "from_us", blind.from);
  write_us(out, "to_us", blind.to);
  out.field("group", blind.group);
  out.field("workload", blind.workload);
  out.field("reason", blind.reason);
  out.field("tickets", blind.tickets);
  out.end_object();
}

void read_blind(const JsonNode& from, BlindStretch& blind) {
  JsonFields fields(from);
  fields.need("worker", blind.worker);
  fields.need("from_us", blind.from);
  fields.need("to_us", blind.to);
  fields.need("group", blind.group);
  fields.need("workload", blind.workload);
  fields.need("reason", blind.reason);
  fields.need("tickets", blind.tickets);
  fields.done();
}

}  // namespace

void write_run(JsonWriter& out, const Result& result) {
  out.key("tool");
  out.begin_object(JsonLayout::line);
  out.field("name", result.tool_name);
  out.field("version", result.tool_version);
  out.field("commit", result.tool_commit);
  out.field("build", result.tool_build);
  out.end_object();
  out.key("run");
  out.begin_object();
  out.field("id", result.run_id);
  out.field("name", result.name);
  out.field("hypothesis", result.hypothesis);
  out.key("labels");
  out.begin_object(JsonLayout::line);
  for (const auto& [name, value] : result.labels) out.field(name, value);
  out.end_object();
  out.field("started_at", result.started_at);
  out.field("ended_at", result.ended_at);
  out.field("seed", result.seed);
  out.field("scenario_path", result.scenario_path);
  out.field("scenario_sha256", result.scenario_sha256);
  out.field("scenario", result.scenario);
  out.field("overrides", result.overrides);
  out.field("quick", result.quick);
  if (result.quick_run) write_quick_run(out, *result.quick_run);
  out.field("aborted", result.aborted);
  out.field_if("abort_reason", result.abort_reason);
  write_us(out, "fault_requested_us", result.fault_requested);
  out.key("environment");
  out.begin_object();
  for (const auto& [name, value] : result.environment) out.field(name, value);
  out.end_object();
  out.end_object();
}

void read_run(JsonFields& from, Result& result) {
  JsonFields tool(from.need("tool"));
  tool.need("name", result.tool_name);
  tool.need("version", result.tool_version);
  tool.need("commit", result.tool_commit);
  tool.need("build", result.tool_build);
  tool.done();
  JsonFields run(from.need("run"));
  run.need("id", result.run_id);
  run.need("name", result.name);
  run.need("hypothesis", result.hypothesis);
  run.need("labels").each_member([&](const std::string& name, const JsonNode& value) {
    value.read(result.labels.emplace_back(name, "").second);
  });
  run.need("started_at", result.started_at);
  run.need("ended_at", result.ended_at);
  run.need("seed", result.seed);
  run.maybe("scenario_path", result.scenario_path);
  run.need("scenario_sha256", result.scenario_sha256);
  run.need("scenario", result.scenario);
  run.maybe("overrides", result.overrides);
  run.maybe("quick", result.quick);
  if (const auto quick = run.maybe("quick_run")) {
    read_quick_run(*quick, result.quick_run.emplace());
  }
  run.need("aborted", result.aborted);
  run.maybe("abort_reason", result.abort_reason);
  run.maybe("fault_requested_us", result.fault_requested);
  run.need("environment").each_member([&](const std::string& name, const JsonNode& value) {
    value.read(result.environment[name]);
  });
  run.done();
}

void write_check(JsonWriter& out, const CheckResult& check) {
  out.begin_object();
  out.field("id", check.id);
  out.field("expression", check.expression);
  out.field("group", check.group);
  out.field("workload", check.workload);
  out.field("phase", check.phase);
  out.field("observed", check.observed);
  out.field_if("observed_text", check.observed_text);
  write_interval(out, check.interval);
  out.field_if("interval_text", check.interval_text);
  out.field("bound", check.bound);
  out.field_if("bound_text", check.bound_text);
  out.field("result", check.result);
  out.field_if("note", check.note);
  out.end_object();
}

void read_check(const JsonNode& from, CheckResult& check) {
  JsonFields fields(from);
  fields.need("id", check.id);
  fields.need("expression", check.expression);
  fields.need("group", check.group);
  fields.need("workload", check.workload);
  fields.maybe("phase", check.phase);
  fields.need("observed", check.observed);
  fields.maybe("observed_text", check.observed_text);
  read_interval(fields, check.interval);
  fields.maybe("interval_text", check.interval_text);
  fields.need("bound", check.bound);
  fields.maybe("bound_text", check.bound_text);
  fields.need("result", check.result);
  fields.maybe("note", check.note);
  fields.done();
}

void write_steadiness(JsonWriter& out, const Steadiness& steadiness) {
  out.begin_object();
  out.field("outcome", steadiness.outcome);
  out.field("reasons", steadiness.reasons);
  out.field("cut_s", steadiness.cut_s);
  out.field_if("needed_s", steadiness.needed_s);
  out.end_object();
}

void read_steadiness(const JsonNode& from, Steadiness& steadiness) {
  JsonFields fields(from);
  fields.need("outcome", steadiness.outcome);
  fields.need("reasons", steadiness.reasons);
  fields.need("cut_s", steadiness.cut_s);
  fields.maybe("needed_s", steadiness.needed_s);
  fields.done();
}

void write_trust(JsonWriter& out, const Trust& trust) {
  out.begin_object();
  out.field("valid", trust.valid);
  out.field("reasons", trust.reasons);
  out.field("warnings", trust.warnings);
  write_quantiles(out, "send_lag_us", trust.send_lag);
  out.field("late_share", trust.late_share);
  out.field_if("start_spread_us", trust.start_spread_us);
  out.key("workers");
  out.begin_array();
  for (const WorkerResult& worker : trust.workers) write_worker(out, worker);
  out.end_array();
  out.key("blind");
  out.begin_array();
  for (const BlindStretch& blind : trust.blind) write_blind(out, blind);
  out.end_array();
  out.end_object();
}

void read_trust(const JsonNode& from, Trust& trust) {
  JsonFields fields(from);
  fields.need("valid", trust.valid);
  fields.need("reasons", trust.reasons);
  fields.need("warnings", trust.warnings);
  read_quantiles(fields, "send_lag_us", trust.send_lag);
  fields.maybe("late_share", trust.late_share);
  fields.maybe("start_spread_us", trust.start_spread_us);
  fields.need("workers").each_item(
      [&](const JsonNode& worker) { read_worker(worker, trust.workers.emplace_back()); });
  fields.need("blind").each_item(
      [&](const JsonNode& blind) { read_blind(blind, trust.blind.emplace_back()); });
  fields.done();
}

void write_mark(JsonWriter& out, const Mark& mark) {
  out.begin_object(JsonLayout::line);
  write_us(out, "at_us", mark.at);
  out.field("kind", mark.kind);
  out.field("name", mark.name);
  out.field_if("group", mark.group);
  out.field_if("detail", mark.detail);
  out.end_object();
}

void read_mark(const JsonNode& from, Mark& mark) {
  JsonFields fields(from);
  fields.need("at_us", mark.at);
  fields.need("kind", mark.kind);
  fields.need("name", mark.name);
  fields.maybe("group", mark.group);
  fields.maybe("detail", mark.detail);
  fields.done();
}

void write_hook(JsonWriter& out, const HookRun& hook) {
  out.begin_object();
  out.field("fault", hook.fault);
  out.field_if("group", hook.group);
  out.field("hook", hook.hook);
  out.field("argv", hook.argv);
  write_us(out, "started_us", hook.started);
  write_us(out, "ended_us", hook.ended);
  out.field("exit_code", hook.exit_code);
  out.field("timed_out", hook.timed_out);
  out.field("attempts", hook.attempts);
  out.field_if("output", hook.output);
  out.end_object();
}

void read_hook(const JsonNode& from, HookRun& hook) {
  JsonFields fields(from);
  fields.need("fault", hook.fault);
  fields.maybe("group", hook.group);
  fields.need("hook", hook.hook);
  fields.need("argv", hook.argv);
  fields.need("started_us", hook.started);
  fields.need("ended_us", hook.ended);
  fields.need("exit_code", hook.exit_code);
  fields.maybe("timed_out", hook.timed_out);
  fields.maybe("attempts", hook.attempts);
  fields.maybe("output", hook.output);
  fields.done();
}

void write_observation(JsonWriter& out, const Observation& observation) {
  out.begin_object(JsonLayout::line);
  out.field("name", observation.name);
  out.field_if("group", observation.group);
  write_us(out, "at_us", observation.at);
  out.field("value", observation.value);
  out.field_if("detail", observation.detail);
  out.end_object();
}

void read_observation(const JsonNode& from, Observation& observation) {
  JsonFields fields(from);
  fields.need("name", observation.name);
  fields.maybe("group", observation.group);
  fields.need("at_us", observation.at);
  fields.need("value", observation.value);
  fields.maybe("detail", observation.detail);
  fields.done();
}

void write_comparison(JsonWriter& out, const ComparisonRow& row) {
  out.begin_object();
  out.field("workload", row.workload);
  out.field("phase", row.phase);
  out.field("metric", row.metric);
  out.field("control", row.control);
  out.field("experimental", row.experimental);
  out.field("ratio_before", row.ratio_before);
  out.field("ratio", row.ratio);
  out.field("did_ratio", row.did_ratio);
  out.field_if("difference", row.difference);
  out.field_if("did_difference", row.did_difference);
  write_interval(out, row.interval);
  write_interval(out, row.range, "range");
  if (!row.rounds.empty()) out.field("rounds", row.rounds);
  out.field("verdict", row.verdict);
  out.field_if("note", row.note);
  out.end_object();
}

void read_comparison(const JsonNode& from, ComparisonRow& row) {
  JsonFields fields(from);
  fields.need("workload", row.workload);
  fields.need("phase", row.phase);
  fields.need("metric", row.metric);
  fields.need("control", row.control);
  fields.need("experimental", row.experimental);
  fields.need("ratio_before", row.ratio_before);
  fields.need("ratio", row.ratio);
  fields.need("did_ratio", row.did_ratio);
  fields.maybe("difference", row.difference);
  fields.maybe("did_difference", row.did_difference);
  fields.maybe("rounds", row.rounds);
  read_interval(fields, row.interval);
  read_interval(fields, row.range, "range");
  fields.need("verdict", row.verdict);
  fields.maybe("note", row.note);
  fields.done();
}

}  // namespace loadgen
