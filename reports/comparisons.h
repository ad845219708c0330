// The undeclared comparison and the steadiness of `before`, in words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "loadgen/core/result.h"

namespace loadgen::reports {

/// "× 1.31" or "+1.2 points", net of `before` where that is known; kNothing when it can't be told.
std::string effect_in_words(const ComparisonRow& row);
/// The 90 % interval of that: "1.22 – 1.41", "0.8 – 1.6 points"; empty without one.
std::string interval_in_words(const ComparisonRow& row);
/// What the figure usually comes to, in its own unit: "9.8 ms – 10.4 ms"; empty without a range.
std::string range_in_words(const ComparisonRow& row);

/// Benchmark mode: what each round came to, or when there are many their range: "rounds:
/// 0.98, 1.02, 1.01"; empty without rounds.
std::string rounds_in_words(const ComparisonRow& row);
/// Whether the groups took turns.
bool took_turns(const Result& result);

/// The rows that a margin decided, or could not decide.
std::vector<const ComparisonRow*> judged_rows(const Result& result);
/// The part of their notes that all rows which are not judged share, those of secondary metrics
/// aside; empty when there is none, or only one such row.
std::string shared_reason(const std::vector<const ComparisonRow*>& rows);
/// A note without one of its parts.
std::string without(const std::string& note, const std::string& part);
/// "PASS" → "✓", "FAILED" → "✕", "not judged" → "–" …
std::string_view icon_of_row(std::string_view verdict);

/// Whether `before` was a steady state: "yes", "no: p50 of home rose by 12 %", "can't be told: …";
/// empty when the result doesn't say.
std::string steadiness_in_words(const Result& result);

}  // namespace loadgen::reports
