// The parts of result.json (contract.md 6) that describe one workload of one group, written and
// read.
#pragma once

#include <string>
#include <string_view>

#include "loadgen/core/document_json.h"
#include "loadgen/core/figures.h"
#include "loadgen/core/json_writer.h"

namespace loadgen {

/// An instant in µs: a whole number where it is one, else with the fraction of a microsecond.
void write_us(JsonWriter& out, std::string_view key, RunOffset at);
void write_us(JsonWriter& out, std::string_view key, const std::optional<RunOffset>& at);

/// Nothing is written without data; a quantile that was not reached is null.
void write_quantiles(JsonWriter& out, std::string_view key, const Quantiles& quantiles);
void read_quantiles(JsonFields& from, std::string_view key, Quantiles& quantiles);

/// PHASE. Reading throws UserError when the counts do not balance:
/// scheduled = planned + blind, planned = ok + failed + timed_out + in_doubt + unfinished +
/// not_sent.
void write_phase(JsonWriter& out, const PhaseFigures& phase);
void read_phase(const JsonNode& from, PhaseFigures& phase);

/// What stands under groups.<g>.workloads.<w>; series and histograms have places of their own.
void write_workload(JsonWriter& out, const WorkloadResult& workload);
void read_workload(const JsonNode& from, WorkloadResult& workload);

/// How a probe was gone and came back.
void write_rto(JsonWriter& out, const Rto& rto);
void read_rto(const JsonNode& from, Rto& rto);

/// What stands under series.<g>.<w>. Reading throws UserError when the lists differ in length.
void write_series(JsonWriter& out, const Series& series);
void read_series(const JsonNode& from, Series& series);

/// The outcome called `name` in results, of any kind. Pure.
std::optional<Outcome> outcome_named(std::string_view name);

}  // namespace loadgen
