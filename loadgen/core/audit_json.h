// What stands under groups.<g>.workloads.<w>.audit of result.json, written and read.
#pragma once

#include "loadgen/core/document_json.h"
#include "loadgen/core/figures.h"
#include "loadgen/core/json_writer.h"

namespace loadgen {

/// Reading throws UserError when a reading does not balance: what is present and absent of the
/// acknowledged, weak, in-doubt and failed writes is what the clients know of.
void write_audit(JsonWriter& out, const AuditResult& audit);
void read_audit(const JsonNode& from, AuditResult& audit);

}  // namespace loadgen
