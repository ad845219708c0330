// Binary forms, in the pieces of codec.h: the fields in the order of run_record.h. An optional
// value is a flag and, if set, the value. `statements` is a count and (text, texts) ascending by
// the text. `workers` and `attempts` are unsigned, `exit_code` and `started_at_us` signed.
#include "loadgen/core/run_record.h"

#include "loadgen/core/codec.h"

namespace loadgen {

std::string encode(const RunHeader& header) {
  Encoder to;
  to.text(header.run_id);
  to.text(header.scenario_path);
  to.text(header.scenario_text);
  to.texts(header.overrides);
  to.u64(header.seed);
  to.i64(header.started_at_us);
  to.u64(header.workers);
  to.text(header.tool_version);
  to.text(header.tool_commit);
  to.text(header.tool_build);
  to.map(header.environment);
  to.u64(header.statements.size());
  for (const auto& [operation, names] : header.statements) {
    to.text(operation);
    to.texts(names);
  }
  to.flag(header.forced);
  to.flag(header.quick);
  return to.take();
}

RunHeader decode_header(std::string_view bytes) {
  Decoder from(bytes);
  RunHeader header;
  header.run_id = from.text();
  header.scenario_path = from.text();
  header.scenario_text = from.text();
  header.overrides = from.texts();
  header.seed = from.u64();
  header.started_at_us = from.i64();
  header.workers = from.number<std::uint32_t>();
  header.tool_version = from.text();
  header.tool_commit = from.text();
  header.tool_build = from.text();
  header.environment = from.map();
  for (std::size_t left = from.count(2); left > 0; --left) {
    std::string operation = from.text();
    if (!header.statements.empty() && header.statements.rbegin()->first >= operation)
      from.refuse("operations are not in order");
    header.statements.emplace_hint(header.statements.end(), std::move(operation), from.texts());
  }
  header.forced = from.flag();
  header.quick = from.flag();
  from.expect_end();
  return header;
}

std::string encode(const Mark& mark) {
  Encoder to;
  to.offset(mark.at);
  to.text(mark.kind);
  to.text(mark.name);
  to.text(mark.group);
  to.text(mark.detail);
  return to.take();
}

Mark decode_mark(std::string_view bytes) {
  Decoder from(bytes);
  Mark mark;
  mark.at = from.offset();
  mark.kind = from.text();
  mark.name = from.text();
  mark.group = from.text();
  mark.detail = from.text();
  from.expect_end();
  return mark;
}

std::string encode(const HookRun& run) {
  Encoder to;
  to.text(run.fault);
  to.text(run.group);
  to.text(run.hook);
  to.texts(run.argv);
  to.offset(run.started);
  to.offset(run.ended);
  to.flag(run.exit_code.has_value());
  if (run.exit_code) to.i64(*run.exit_code);
  to.flag(run.timed_out);
  to.u64(run.attempts);
  to.text(run.output);
  return to.take();
}

HookRun decode_hook(std::string_view bytes) {
  Decoder from(bytes);
  HookRun run;
  run.fault = from.text();
  run.group = from.text();
  run.hook = from.text();
  run.argv = from.texts();
  run.started = from.offset();
  run.ended = from.offset();
  if (from.flag()) run.exit_code = from.i32();
  run.timed_out = from.flag();
  run.attempts = from.number<std::uint32_t>();
  run.output = from.text();
  from.expect_end();
  return run;
}

std::string encode(const Observation& observation) {
  Encoder to;
  to.text(observation.name);
  to.text(observation.group);
  to.offset(observation.at);
  to.flag(observation.value.has_value());
  if (observation.value) to.real(*observation.value);
  to.text(observation.detail);
  return to.take();
}

Observation decode_observation(std::string_view bytes) {
  Decoder from(bytes);
  Observation observation;
  observation.name = from.text();
  observation.group = from.text();
  observation.at = from.offset();
  if (from.flag()) observation.value = from.real();
  observation.detail = from.text();
  from.expect_end();
  return observation;
}

std::string encode(const RunEnd& end) {
  Encoder to;
  to.offset(end.at);
  to.flag(end.aborted);
  to.text(end.reason);
  return to.take();
}

RunEnd decode_end(std::string_view bytes) {
  Decoder from(bytes);
  RunEnd end;
  end.at = from.offset();
  end.aborted = from.flag();
  end.reason = from.text();
  from.expect_end();
  return end;
}

}  // namespace loadgen
