#include "loadgen/plan/result_definitions.h"

namespace loadgen {

namespace {

constexpr const char* kDefinitions = R"({
    "texts": { "type": "array", "items": { "type": "string" } },
    "count": { "type": "integer", "minimum": 0 },
    "counts": {
      "type": "object",
      "additionalProperties": { "$ref": "#/$defs/count" }
    },
    "number_or_null": { "type": ["number", "null"] },
    "integer_or_null": { "type": ["integer", "null"] },
    "interval": {
      "type": ["array", "null"],
      "items": { "type": ["number", "null"] },
      "minItems": 2,
      "maxItems": 2
    },
    "quantiles": {
      "description": "null: not reached, because failures count as infinitely slow",
      "type": "object",
      "additionalProperties": { "$ref": "#/$defs/number_or_null" }
    },
    "check": {
      "type": "object",
      "required": ["id", "expression", "result"],
      "properties": {
        "id": { "type": "string" },
        "expression": { "type": "string" },
        "group": { "type": "string" },
        "workload": { "type": "string" },
        "observed": { "$ref": "#/$defs/number_or_null" },
        "interval": { "$ref": "#/$defs/interval" }, "interval_text": { "type": "string" },
        "bound": { "type": "number" },
        "result": { "enum": ["held", "refuted", "undecided"] }
      }
    },
    "worker": {
      "type": "object",
      "required": ["id", "lost"],
      "properties": {
        "id": { "type": "integer" },
        "lost": { "type": "boolean" },
        "clock_offset_us": { "$ref": "#/$defs/integer_or_null" },
        "clock_bound_us": { "$ref": "#/$defs/integer_or_null" },
        "first_send_us": { "$ref": "#/$defs/integer_or_null" },
        "cpu": { "type": "number" },
        "cpu_user": { "type": "number" }, "cpu_system": { "type": "number" },
        "cpu_throttled": { "type": "number" }, "cpu_stolen": { "type": "number" },
        "version": { "type": "string" }
      }
    },
    "blind": {
      "type": "object",
      "required": ["worker", "from_us", "to_us", "group", "workload", "reason", "tickets"],
      "properties": {
        "worker": { "type": "integer" },
        "from_us": { "type": "integer" },
        "to_us": { "type": "integer" },
        "group": { "type": "string" },
        "workload": { "type": "string" },
        "reason": { "type": "string" },
        "tickets": { "$ref": "#/$defs/count" }
      }
    },
    "mark": {
      "type": "object",
      "required": ["at_us", "kind", "name"],
      "properties": {
        "at_us": { "type": "integer" },
        "kind": { "type": "string" },
        "name": { "type": "string" },
        "group": { "type": "string" },
        "detail": { "type": "string" }
      }
    },
    "group": {
      "type": "object",
      "required": ["role", "workloads"],
      "properties": {
        "role": { "enum": ["control", "experimental"] },
        "workloads": { "type": "object", "additionalProperties": { "$ref": "#/$defs/workload" } },
        "probes": { "type": "object", "additionalProperties": { "$ref": "#/$defs/workload" } },
        "nodes": { "type": "object", "additionalProperties": { "$ref": "#/$defs/node" } }
      }
    },
    "node": {
      "description": "A Postgres server, as samples once a second saw it",
      "type": "object",
      "required": ["settings", "events", "phases", "series"],
      "properties": {
        "system_identifier": { "type": "string" },
        "started_at": { "type": "string", "format": "date-time" },
        "role": { "enum": ["primary", "standby"] },
        "timeline": { "type": "integer" },
        "settings": { "type": "object", "additionalProperties": { "type": "string" } },
        "note": { "type": "string" },
        "events": { "type": "array", "items": { "$ref": "#/$defs/node_event" } },
        "phases": { "type": "object", "additionalProperties": { "$ref": "#/$defs/node_phase" } },
        "series": { "$ref": "#/$defs/series" }
      }
    },
    "node_event": {
      "description": "When it was seen: up to the distance of two samples after it happened",
      "type": "object",
      "required": ["at_us", "kind"],
      "properties": {
        "at_us": { "type": "number" },
        "to_us": { "type": "number" },
        "kind": {
          "enum": [
            "restart", "promotion", "demotion", "timeline", "other_server", "settings", "blind"
          ]
        },
        "detail": { "type": "string" }
      }
    },
    "node_phase": {
      "description": "counted: over counted_s, between samples of one server start",
      "type": "object",
      "required": ["samples", "blind_s", "counted_s"],
      "properties": {
        "samples": { "$ref": "#/$defs/count" },
        "blind_s": { "$ref": "#/$defs/count" },
        "counted_s": { "type": "number" },
        "counted": { "$ref": "#/$defs/counts" },
        "sessions_max": { "$ref": "#/$defs/count" },
        "active_max": { "$ref": "#/$defs/count" },
        "states": { "type": "object", "additionalProperties": { "type": "number" } },
        "waits": { "type": "object", "additionalProperties": { "type": "number" } },
        "lag_bytes_max": { "$ref": "#/$defs/count" },
        "replay_lag_max_us": { "type": "number" },
        "took_max_us": { "type": "number" }
      }
    },
    "workload": {
      "type": "object",
      "required": ["kind", "totals", "phases"],
      "properties": {
        "kind": { "enum": ["http", "pgbench"] },
        "totals": { "$ref": "#/$defs/phase" },
        "phases": { "type": "object", "additionalProperties": { "$ref": "#/$defs/phase" } },
        "steps": { "type": "array", "items": { "$ref": "#/$defs/phase" } },
        "operations": {
          "type": "object",
          "additionalProperties": {
            "type": "object",
            "additionalProperties": { "$ref": "#/$defs/phase" }
          }
        },
        "operation_outages": { "type": "object" },
        "recovery": { "$ref": "#/$defs/recovery" },
        "audit": { "$ref": "#/$defs/audit" },
        "rto": { "$ref": "#/$defs/rto" },
        "errors": { "type": "array", "items": { "$ref": "#/$defs/error" } }
      }
    },
    "phase": {
      "description": "planned: ok, failed, timed_out, in_doubt, unfinished or not_sent",
      "type": "object",
      "required": ["from_us", "to_us", "scheduled", "planned", "ok"],
      "properties": {
        "from_us": { "type": "integer" },
        "to_us": { "type": "integer" },
        "scheduled": { "$ref": "#/$defs/count" },
        "planned": { "$ref": "#/$defs/count" },
        "blind": { "$ref": "#/$defs/counts" },
        "ok": { "$ref": "#/$defs/count" },
        "failed": { "$ref": "#/$defs/counts" },
        "timed_out": { "$ref": "#/$defs/count" },
        "in_doubt": { "$ref": "#/$defs/count" },
        "unfinished": { "$ref": "#/$defs/count" },
        "not_sent": { "$ref": "#/$defs/counts" },
        "stale_retries": { "$ref": "#/$defs/count" },
        "retried": { "$ref": "#/$defs/count" },
        "retries": { "$ref": "#/$defs/count" },
        "connects": {
          "type": "object",
          "properties": {
            "attempts": { "$ref": "#/$defs/count" },
            "ok": { "$ref": "#/$defs/count" },
            "failed": { "$ref": "#/$defs/counts" }
          }
        },
        "offered_per_s": { "$ref": "#/$defs/number_or_null" },
        "achieved_rate": { "$ref": "#/$defs/number_or_null" },
        "error_rate": { "$ref": "#/$defs/number_or_null" },
        "goodput": { "$ref": "#/$defs/number_or_null" },
        "response_us": { "$ref": "#/$defs/quantiles" },
        "ok_response_us": { "$ref": "#/$defs/quantiles" },
        "service_us": { "$ref": "#/$defs/quantiles" },
        "wait_us": { "$ref": "#/$defs/quantiles" },
        "send_lag_us": { "$ref": "#/$defs/quantiles" },
        "stages_us": {
          "type": "object",
          "additionalProperties": { "$ref": "#/$defs/quantiles" }
        }
      }
    },
    "recovery": {
      "type": ["object", "null"],
      "properties": {
        "onset_us": { "$ref": "#/$defs/integer_or_null" },
        "recovered_us": { "$ref": "#/$defs/integer_or_null" },
        "time_to_detect_s": { "$ref": "#/$defs/number_or_null" },
        "time_to_recover_s": { "$ref": "#/$defs/number_or_null" },
        "not_recovered_within_s": { "$ref": "#/$defs/number_or_null" },
        "longest_outage_s": { "type": "number" },
        "total_outage_s": { "type": "number" },
        "degraded_s": { "type": "number" },
        "requests_lost": { "type": "number" },
        "undetermined": { "type": "boolean" },
        "first_failed_us": { "$ref": "#/$defs/integer_or_null" },
        "last_failed_us": { "$ref": "#/$defs/integer_or_null" },
        "episodes": { "type": "array" }
      }
    },
    "audit": {
      "description": "Acknowledged writes; decides: which reading checks are judged by, from 0",
      "type": "object",
      "required": ["clients", "audited", "readings"],
      "properties": {
        "clients": { "$ref": "#/$defs/counts" },
        "audited": { "type": "boolean" },
        "decides": { "$ref": "#/$defs/count" },
        "doubt": { "type": "string" },
        "readings": { "type": "array", "items": { "$ref": "#/$defs/ledger" } }
      }
    },
    "ledger": {
      "description": "What stood in loadgen_ledger; lost: the first 100 ranges that are gone",
      "type": "object",
      "required": ["at", "server", "acknowledged_present", "acknowledged_writes_lost"],
      "properties": {
        "at": { "type": "string", "format": "date-time" },
        "server": { "type": "string" },
        "system_identifier": { "type": "string" },
        "timeline": { "$ref": "#/$defs/count" },
        "in_recovery": { "type": "boolean" },
        "acknowledged_present": { "$ref": "#/$defs/count" },
        "acknowledged_writes_lost": { "$ref": "#/$defs/count" },
        "weak_present": { "$ref": "#/$defs/count" },
        "weak_absent": { "$ref": "#/$defs/count" },
        "in_doubt_present": { "$ref": "#/$defs/count" },
        "in_doubt_absent": { "$ref": "#/$defs/count" },
        "failed_absent": { "$ref": "#/$defs/count" },
        "phantoms": { "$ref": "#/$defs/count" },
        "duplicates": { "$ref": "#/$defs/count" },
        "unexpected": { "$ref": "#/$defs/count" },
        "unreported": { "$ref": "#/$defs/count" },
        "lost_from_us": { "type": "number" },
        "lost_to_us": { "type": "number" },
        "lost": { "type": "array", "items": { "type": "object" } }
      }
    },
    "rto": {
      "description": "Of a probe: its longest stretch without a success; absent if not observed",
      "type": "object",
      "required": ["first_failed_us", "known_us", "failure", "failed", "parts_us"],
      "properties": {
        "last_ok_us": { "type": "number" },
        "first_failed_us": { "type": "number" },
        "known_us": { "type": "number" },
        "failure": { "type": "string" },
        "first_ok_us": { "type": "number" },
        "answered_us": { "type": "number" },
        "stable_us": { "type": "number" },
        "failed": { "$ref": "#/$defs/count" },
        "attempts_failed": { "$ref": "#/$defs/count" },
        "parts_us": { "type": "object", "additionalProperties": { "type": "number" } }
      }
    },
    "error": {
      "type": "object",
      "required": ["class", "phase", "count"],
      "properties": {
        "class": { "type": "string" },
        "phase": { "type": "string" },
        "count": { "$ref": "#/$defs/count" },
        "first_us": { "type": "integer" },
        "last_us": { "type": "integer" },
        "samples": { "type": "array", "maxItems": 5 }
      }
    },
    "capacity": {
      "description": "Of a search: the highest load that held, and the lowest that did not",
      "type": "object",
      "required": ["workload", "over", "limits", "highest", "missed", "steps"],
      "properties": {
        "workload": { "type": "string" },
        "over": { "enum": ["rate", "clients"] },
        "limits": { "$ref": "#/$defs/texts" },
        "highest": { "$ref": "#/$defs/number_or_null" },
        "missed": { "$ref": "#/$defs/number_or_null" },
        "ended": { "type": "string" },
        "steps": { "type": "array", "items": { "type": "object" } }
      }
    },
    "comparison": {
      "type": "object",
      "required": ["workload", "phase", "metric", "verdict"],
      "properties": {
        "workload": { "type": "string" },
        "phase": { "type": "string" },
        "metric": { "type": "string" },
        "control": { "$ref": "#/$defs/number_or_null" },
        "experimental": { "$ref": "#/$defs/number_or_null" },
        "ratio_before": { "$ref": "#/$defs/number_or_null" },
        "ratio": { "$ref": "#/$defs/number_or_null" },
        "did_ratio": { "$ref": "#/$defs/number_or_null" },
        "difference": { "type": "number" }, "did_difference": { "type": "number" },
        "interval": { "$ref": "#/$defs/interval" },
        "range": { "$ref": "#/$defs/interval" },
        "rounds": { "type": "array", "items": { "type": "number" } },
        "verdict": { "enum": ["PASS", "DEGRADED", "FAILED", "INCONCLUSIVE", "not judged"] },
        "note": { "type": "string" }
      }
    },
    "series": {
      "description": "One value per second from start_s",
      "type": "object",
      "required": ["start_s"],
      "properties": { "start_s": { "type": "integer" } },
      "additionalProperties": true
    }
  })";

}  // namespace

std::string result_definitions() { return kDefinitions; }

}  // namespace loadgen
