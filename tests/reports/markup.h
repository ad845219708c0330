// What is wrong with the markup that a renderer makes.
#pragma once

#include <string>

namespace loadgen::reports {

/// The first tag that is not closed, or closes nothing; "" when the markup is balanced. XML rules,
/// but for `meta` and the doctype.
std::string unbalanced_tag(const std::string& markup);

}  // namespace loadgen::reports
