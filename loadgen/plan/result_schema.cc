#include "loadgen/plan/result_definitions.h"
#include "loadgen/plan/schema.h"

namespace loadgen {

namespace {

// Additive like the format itself: unknown members are allowed everywhere.
constexpr const char* kResultSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "loadgen result",
  "description": "Times in microseconds end in _us, in seconds in _s, from the start of the run",
  "type": "object",
  "required": ["schema", "tool", "run", "verdict", "trust", "marks", "groups"],
  "properties": {
    "schema": { "const": 1 },
    "tool": {
      "type": "object",
      "required": ["name", "version"],
      "properties": {
        "name": { "type": "string" },
        "version": { "type": "string" },
        "commit": { "type": "string" },
        "build": { "type": "string" }
      }
    },
    "run": {
      "type": "object",
      "required": ["id", "name", "started_at", "ended_at", "seed", "aborted"],
      "properties": {
        "id": { "type": "string" },
        "name": { "type": "string" },
        "hypothesis": { "type": "string" },
        "labels": { "type": "object", "additionalProperties": { "type": "string" } },
        "started_at": { "type": "string", "format": "date-time" },
        "ended_at": { "type": "string", "format": "date-time" },
        "seed": { "type": "integer", "minimum": 0 },
        "scenario_sha256": { "type": "string" },
        "scenario": { "type": "string" },
        "aborted": { "type": "boolean" },
        "environment": { "type": "object", "additionalProperties": { "type": "string" } }
      }
    },
    "verdict": {
      "type": "object",
      "required": ["outcome", "reasons", "checks"],
      "properties": {
        "outcome": {
          "enum": ["PASS", "DEGRADED", "FAILED", "INCONCLUSIVE", "INVALID", "NONE"]
        },
        "reasons": { "$ref": "#/$defs/texts" },
        "checks": { "type": "array", "items": { "$ref": "#/$defs/check" } }
      }
    },
    "trust": {
      "type": "object",
      "required": ["valid", "reasons", "warnings"],
      "properties": {
        "valid": { "type": "boolean" },
        "reasons": { "$ref": "#/$defs/texts" },
        "warnings": { "$ref": "#/$defs/texts" },
        "send_lag_us": { "$ref": "#/$defs/quantiles" },
        "start_spread_us": { "$ref": "#/$defs/integer_or_null" },
        "workers": { "type": "array", "items": { "$ref": "#/$defs/worker" } },
        "blind": { "type": "array", "items": { "$ref": "#/$defs/blind" } }
      }
    },
    "steady_state": {
      "description": "Whether `before` was a steady state; cut_s: a rest of warm-up, left out",
      "type": "object",
      "required": ["outcome", "reasons"],
      "properties": {
        "outcome": { "enum": ["steady", "unverifiable", "not steady"] },
        "reasons": { "$ref": "#/$defs/texts" },
        "cut_s": { "type": "number" }, "needed_s": { "type": "number" }
      }
    },
    "marks": { "type": "array", "items": { "$ref": "#/$defs/mark" } },
    "groups": { "type": "object", "additionalProperties": { "$ref": "#/$defs/group" } },
    "comparison": { "type": "array", "items": { "$ref": "#/$defs/comparison" } },
    "capacity": { "$ref": "#/$defs/capacity" },
    "series": {
      "type": "object",
      "additionalProperties": {
        "type": "object",
        "additionalProperties": { "$ref": "#/$defs/series" }
      }
    },
    "histograms": {
      "description": "By group, workload, phase: base64 HdrHistogram V2, one per tenth",
      "type": "object"
    }
  },
  "$defs": )";

}  // namespace

std::string result_schema() { return kResultSchema + result_definitions() + "\n}\n"; }

}  // namespace loadgen
