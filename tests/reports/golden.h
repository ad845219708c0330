// Compares what a renderer makes with a file that a person has read.
#pragma once

#include <string>

namespace loadgen::reports {

/// Fails the running test unless `text` is tests/goldens/reports/<name>, and leaves it beside as
/// <name>.actual. With --update-goldens it is written there instead; read the diff.
void check_golden(const std::string& name, const std::string& text);

/// The first tag that is not closed, or closes nothing; "" when the markup is balanced. XML rules,
/// but for `meta` and the doctype.
std::string unbalanced_tag(const std::string& markup);

}  // namespace loadgen::reports
