// Binary forms, in the pieces of codec.h: the fields in the order of run_record.h. A list is its
// count and the items, a map the same with (key, value) ascending by key, an optional value a flag
// and, if set, the value. `workers` and `attempts` are unsigned, `exit_code` and `started_at_us`
// signed.
#include "loadgen/core/run_record.h"

#include "loadgen/core/codec.h"

namespace loadgen {
namespace {

void put(Encoder& to, const std::vector<std::string>& texts) {
  to.u64(texts.size());
  for (const std::string& text : texts) to.text(text);
}

std::vector<std::string> take_texts(Decoder& from) {
  std::vector<std::string> texts;
  for (std::size_t left = from.count(1); left > 0; --left) texts.push_back(from.text());
  return texts;
}

void put(Encoder& to, const std::map<std::string, std::string>& texts) {
  to.u64(texts.size());
  for (const auto& [key, value] : texts) {
    to.text(key);
    to.text(value);
  }
}

std::map<std::string, std::string> take_map(Decoder& from) {
  std::map<std::string, std::string> texts;
  for (std::size_t left = from.count(2); left > 0; --left) {
    std::string key = from.text();
    if (!texts.empty() && texts.rbegin()->first >= key) from.refuse("keys are not in order");
    texts.emplace_hint(texts.end(), std::move(key), from.text());
  }
  return texts;
}

}  // namespace

std::string encode(const RunHeader& header) {
  Encoder to;
  to.text(header.run_id);
  to.text(header.scenario_path);
  to.text(header.scenario_text);
  put(to, header.overrides);
  to.u64(header.seed);
  to.i64(header.started_at_us);
  to.u64(header.workers);
  to.text(header.tool_version);
  to.text(header.tool_commit);
  to.text(header.tool_build);
  put(to, header.environment);
  to.u64(header.statements.size());
  for (const auto& [operation, names] : header.statements) {
    to.text(operation);
    put(to, names);
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
  header.overrides = take_texts(from);
  header.seed = from.u64();
  header.started_at_us = from.i64();
  header.workers = from.number<std::uint32_t>();
  header.tool_version = from.text();
  header.tool_commit = from.text();
  header.tool_build = from.text();
  header.environment = take_map(from);
  for (std::size_t left = from.count(2); left > 0; --left) {
    std::string operation = from.text();
    if (!header.statements.empty() && header.statements.rbegin()->first >= operation)
      from.refuse("operations are not in order");
    header.statements.emplace_hint(header.statements.end(), std::move(operation), take_texts(from));
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
  put(to, run.argv);
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
  run.argv = take_texts(from);
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
