// The shape of a scenario: keys that exist, values of the right type and unit.
#pragma once

#include <optional>
#include <string_view>

#include "loadgen/plan/scenario_document.h"
#include "loadgen/plan/scenario_findings.h"

namespace loadgen {

/// Reports every unknown, missing or refused key and every value of the wrong type, unit or range,
/// by scenario_keys(). What stands in it together is judged later, by the readers.
void check_shape(const document::Value& root, Findings& findings);

/// "15%" or "1pp" as a fraction.
struct ShareText {
  double fraction = 0;
  bool points = false;
};
std::optional<ShareText> parse_share(std::string_view text);

/// Letters, digits, - and _, with a letter or digit first. Pure.
bool is_name(std::string_view text);

}  // namespace loadgen
