#include "loadgen/core/capacity_json.h"

namespace loadgen {

void write_capacity(JsonWriter& out, const Capacity& capacity) {
  out.begin_object();
  out.field("workload", capacity.workload);
  out.field("over", capacity.over_clients ? "clients" : "rate");
  out.field("limits", capacity.limits);
  out.field("highest", capacity.highest);
  out.field("missed", capacity.missed);
  out.field("ended", capacity.ended);
  out.key("steps");
  out.begin_array();
  for (const CapacityStep& step : capacity.steps) {
    out.begin_object(JsonLayout::line);
    out.field("level", step.level);
    out.field("seconds", step.seconds);
    out.field("result", step.result);
    out.field_if("why", step.why);
    out.field("ok_per_s", step.ok_per_s);
    out.field("error_rate", step.error_rate);
    out.field("p50_us", step.p50_us);
    out.field("p99_us", step.p99_us);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void read_capacity(const JsonNode& from, Capacity& capacity) {
  JsonFields fields(from);
  std::string over;
  fields.need("workload", capacity.workload);
  fields.need("over", over);
  capacity.over_clients = over == "clients";
  if (!capacity.over_clients && over != "rate") from.fail("`over` is \"rate\" or \"clients\"");
  fields.need("limits", capacity.limits);
  fields.need("highest", capacity.highest);
  fields.need("missed", capacity.missed);
  fields.need("ended", capacity.ended);
  fields.need("steps").each_item([&](const JsonNode& item) {
    CapacityStep& step = capacity.steps.emplace_back();
    JsonFields of_step(item);
    of_step.need("level", step.level);
    of_step.need("seconds", step.seconds);
    of_step.need("result", step.result);
    of_step.maybe("why", step.why);
    of_step.need("ok_per_s", step.ok_per_s);
    of_step.need("error_rate", step.error_rate);
    of_step.need("p50_us", step.p50_us);
    of_step.need("p99_us", step.p99_us);
    of_step.done();
  });
  fields.done();
}

}  // namespace loadgen
