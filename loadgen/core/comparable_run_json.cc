#include <algorithm>
#include <cmath>

#include "loadgen/core/comparable_run.h"
#include "loadgen/core/document_json.h"
#include "loadgen/core/json_writer.h"

namespace loadgen {
namespace {

constexpr std::string_view kFormatKey = "loadgen_baseline";

void write_map(JsonWriter& out, std::string_view key,
               const std::map<std::string, std::string>& map) {
  out.key(key);
  out.begin_object();
  for (const auto& [name, value] : map) out.field(name, value);
  out.end_object();
}

void read_map(const JsonNode& from, std::map<std::string, std::string>& map) {
  from.each_member([&](const std::string& name, const JsonNode& value) { value.read(map[name]); });
}

void write_metric(JsonWriter& out, const ComparableMetric& metric) {
  out.begin_object(JsonLayout::line);
  out.field("name", metric.name);
  out.field("value", metric.value);
  if (metric.error) {
    out.field("error", *metric.error);
    out.field("degrees", metric.degrees);
  }
  if (metric.guarded) out.field("guarded", true);
  if (metric.needed_s > 0) out.field("needed_s", metric.needed_s);
  out.field("n", metric.n);
  if (metric.effective_n > 0) out.field("effective_n", metric.effective_n);
  out.field_if("why_not", metric.why_not);
  out.end_object();
}

/// Of a logarithm: more is no estimate of anything.
constexpr double kMostError = 10;

/// Nothing that is computed from a stored number may become NaN or infinite.
void check_range(const JsonNode& at, bool holds, const char* complaint) {
  if (!holds) at.fail(complaint);
}

void read_metric(const JsonNode& from, ComparableMetric& metric) {
  JsonFields fields(from);
  fields.need("name", metric.name);
  fields.need("value", metric.value);
  fields.maybe("error", metric.error);
  fields.maybe("degrees", metric.degrees);
  fields.maybe("guarded", metric.guarded);
  fields.maybe("needed_s", metric.needed_s);
  fields.need("n", metric.n);
  fields.maybe("effective_n", metric.effective_n);
  fields.maybe("why_not", metric.why_not);
  fields.done();
  check_range(from, !metric.value || (*metric.value >= 0 && *metric.value < 1e12),
              "the value is out of range");
  check_range(from,
              !metric.error || (metric.value && *metric.error >= 0 && *metric.error <= kMostError),
              "the error is out of range, or of no value");
  check_range(from, !metric.error || (metric.degrees >= 1 && metric.degrees <= 1e9),
              "an error needs its degrees of freedom");
  check_range(from, metric.needed_s >= 0 && metric.needed_s < 1e9, "needed_s is out of range");
  check_range(from, metric.effective_n >= 0 && metric.effective_n <= static_cast<double>(metric.n),
              "more independent tickets than tickets");
}

void write_stretch(JsonWriter& out, const ComparableStretch& stretch) {
  out.begin_object();
  out.field("group", stretch.group);
  out.field("workload", stretch.workload);
  out.field("phase", stretch.phase);
  out.field("length_s", stretch.length_s);
  out.key("metrics");
  out.begin_array();
  for (const ComparableMetric& metric : stretch.metrics) write_metric(out, metric);
  out.end_array();
  out.end_object();
}

void read_stretch(const JsonNode& from, ComparableStretch& stretch) {
  JsonFields fields(from);
  fields.need("group", stretch.group);
  fields.need("workload", stretch.workload);
  fields.need("phase", stretch.phase);
  fields.need("length_s", stretch.length_s);
  fields.need("metrics").each_item([&](const JsonNode& item) {
    ComparableMetric metric;
    read_metric(item, metric);
    if (stretch.metric(metric.name) != nullptr) item.fail("the metric stands here twice");
    stretch.metrics.push_back(std::move(metric));
  });
  fields.done();
}

void write_recovery(JsonWriter& out, const ComparableRecovery& recovery) {
  out.begin_object(JsonLayout::line);
  out.field("group", recovery.group);
  out.field("workload", recovery.workload);
  out.field("faults", recovery.faults);
  out.field("recovery_s", recovery.recovery_s);
  out.field("recovered", recovery.recovered);
  out.field("longest_outage_s", recovery.longest_outage_s);
  out.end_object();
}

void read_recovery(const JsonNode& from, ComparableRecovery& recovery) {
  JsonFields fields(from);
  fields.need("group", recovery.group);
  fields.need("workload", recovery.workload);
  fields.need("faults", recovery.faults);
  fields.need("recovery_s", recovery.recovery_s);
  fields.need("recovered", recovery.recovered);
  fields.need("longest_outage_s", recovery.longest_outage_s);
  fields.done();
  const auto fits = [](double seconds) { return seconds >= 0 && seconds < 1e9; };
  check_range(from, fits(recovery.recovery_s) && fits(recovery.longest_outage_s),
              "a duration is out of range");
}

void read_tool(const JsonNode& from, ComparableRun& run) {
  JsonFields tool(from);
  tool.need("version", run.tool_version);
  tool.need("commit", run.tool_commit);
  tool.done();
}

}  // namespace

const ComparableMetric* ComparableStretch::metric(std::string_view name) const {
  const auto found =
      std::find_if(metrics.begin(), metrics.end(),
                   [&](const ComparableMetric& metric) { return metric.name == name; });
  return found == metrics.end() ? nullptr : &*found;
}

std::string write_comparable_run(const ComparableRun& run) {
  JsonWriter out;
  out.begin_object();
  out.field(kFormatKey, kComparableRunFormat);
  out.field("run_id", run.run_id);
  out.field("name", run.name);
  out.field("started_at", run.started_at);
  out.key("tool");
  out.begin_object(JsonLayout::line);
  out.field("version", run.tool_version);
  out.field("commit", run.tool_commit);
  out.end_object();
  out.field("verdict", run.verdict);
  out.field_if("unusable", run.unusable);
  if (run.untrusted) out.field("untrusted", true);
  if (!run.doubts.empty()) out.field("doubts", run.doubts);
  write_map(out, "environment", run.host);
  write_map(out, "load", run.load);
  out.key("margins");
  out.begin_object(JsonLayout::line);
  for (const auto& [name, margin] : run.margins) out.field(name, margin);
  out.end_object();
  out.key("stretches");
  out.begin_array();
  for (const ComparableStretch& stretch : run.stretches) write_stretch(out, stretch);
  out.end_array();
  if (!run.recoveries.empty()) {
    out.key("recoveries");
    out.begin_array();
    for (const ComparableRecovery& recovery : run.recoveries) write_recovery(out, recovery);
    out.end_array();
  }
  out.end_object();
  return out.text() + "\n";
}

ComparableRun read_comparable_run(std::string_view json, const std::string& path) {
  const JsonDocument document(json, path);
  ComparableRun run;
  run.file = path;
  JsonFields fields(document.root());
  int format = 0;
  fields.need(kFormatKey, format);
  if (format != kComparableRunFormat) {
    document.root().fail("the baseline's format is " + std::to_string(format) +
                         "; this program reads format " + std::to_string(kComparableRunFormat));
  }
  fields.need("run_id", run.run_id);
  fields.need("name", run.name);
  fields.need("started_at", run.started_at);
  read_tool(fields.need("tool"), run);
  fields.need("verdict", run.verdict);
  fields.maybe("unusable", run.unusable);
  fields.maybe("untrusted", run.untrusted);
  fields.maybe("doubts", run.doubts);
  read_map(fields.need("environment"), run.host);
  read_map(fields.need("load"), run.load);
  fields.need("margins").each_member([&](const std::string& name, const JsonNode& margin) {
    margin.read(run.margins[name]);
    check_range(margin, run.margins[name] >= 0 && run.margins[name] <= 10,
                "the margin is out of range");
  });
  fields.need("stretches").each_item([&](const JsonNode& item) {
    read_stretch(item, run.stretches.emplace_back());
  });
  if (const auto recoveries = fields.maybe("recoveries")) {
    recoveries->each_item(
        [&](const JsonNode& item) { read_recovery(item, run.recoveries.emplace_back()); });
  }
  fields.done();
  return run;
}

bool is_comparable_run(std::string_view json) {
  const std::size_t first = json.find_first_not_of(" \t\r\n{\"");
  return first != json.npos && json.substr(first, kFormatKey.size()) == kFormatKey;
}

}  // namespace loadgen
