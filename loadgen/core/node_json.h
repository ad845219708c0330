// groups.<g>.nodes.<n> of result.json, written and read.
#pragma once

#include "loadgen/core/document_json.h"
#include "loadgen/core/json_writer.h"
#include "loadgen/core/node_result.h"

namespace loadgen {

/// Reading throws UserError on what is missing, wrong or unknown.
void write_node(JsonWriter& out, const NodeResult& node);
void read_node(const JsonNode& from, NodeResult& node);

}  // namespace loadgen
