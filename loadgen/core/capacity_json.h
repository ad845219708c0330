// The member `capacity` of result.json.
#pragma once

#include "loadgen/core/capacity.h"
#include "loadgen/core/document_json.h"
#include "loadgen/core/json_writer.h"

namespace loadgen {

/// Reading throws UserError on what is missing, wrong or unknown.
void write_capacity(JsonWriter& out, const Capacity& capacity);
void read_capacity(const JsonNode& from, Capacity& capacity);

}  // namespace loadgen
