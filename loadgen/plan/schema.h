// JSON Schemas (draft 2020-12), for editors and for readers of results.
#pragma once

#include <string>

namespace loadgen {

/// Of the scenario file, made from the tables that the strict parser uses. Pure.
std::string scenario_schema();

/// Of result.json (contract.md 6). Pure.
std::string result_schema();

}  // namespace loadgen
