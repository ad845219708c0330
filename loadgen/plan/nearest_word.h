// "Did you mean": the known word that is nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loadgen {

/// The word of `known` with the smallest edit distance (swapped neighbours count once, case
/// counts little), when that is small against the length of `word`; else empty. Pure.
std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& known);

/// "; did you mean 'x'?", or nothing when no known word is near. Pure.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

/// "a, b or c". Pure.
std::string listed(const std::vector<std::string_view>& words);

}  // namespace loadgen
