// Recovery and outage windows of result.json (contract.md 6), written and read.
#pragma once

#include <vector>

#include "loadgen/core/document_json.h"
#include "loadgen/core/figures.h"
#include "loadgen/core/json_writer.h"

namespace loadgen {

/// Like every reader here, reading throws UserError on what is missing, wrong or unknown.
void write_recovery(JsonWriter& out, const Recovery& recovery);
void read_recovery(const JsonNode& from, Recovery& recovery);

/// The array alone.
void write_windows(JsonWriter& out, const std::vector<Outage>& outages);
void read_windows(const JsonNode& from, std::vector<Outage>& outages);
/// As a field `outages`, which may be absent.
void write_outages(JsonWriter& out, const std::vector<Outage>& outages);
void read_outages(JsonFields& from, std::vector<Outage>& outages);

}  // namespace loadgen
