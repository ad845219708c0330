// The parts of result.json (contract.md 6) that describe the run as a whole, written and read.
#pragma once

#include "loadgen/core/document_json.h"
#include "loadgen/core/json_writer.h"
#include "loadgen/core/result.h"

namespace loadgen {

/// `tool` and `run`. Like every reader here, reading throws UserError on what is missing, wrong or
/// unknown.
void write_run(JsonWriter& out, const Result& result);
void read_run(JsonFields& from, Result& result);

void write_check(JsonWriter& out, const CheckResult& check);
void read_check(const JsonNode& from, CheckResult& check);
/// `steady_state`: whether `before` was one.
void write_steadiness(JsonWriter& out, const Steadiness& steadiness);
void read_steadiness(const JsonNode& from, Steadiness& steadiness);
void write_trust(JsonWriter& out, const Trust& trust);
void read_trust(const JsonNode& from, Trust& trust);
void write_mark(JsonWriter& out, const Mark& mark);
void read_mark(const JsonNode& from, Mark& mark);
void write_hook(JsonWriter& out, const HookRun& hook);
void read_hook(const JsonNode& from, HookRun& hook);
void write_observation(JsonWriter& out, const Observation& observation);
void read_observation(const JsonNode& from, Observation& observation);
void write_comparison(JsonWriter& out, const ComparisonRow& row);
void read_comparison(const JsonNode& from, ComparisonRow& row);

}  // namespace loadgen
