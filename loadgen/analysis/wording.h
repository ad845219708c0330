// Numbers and names as a person reads them. Exact numbers stay in the result.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loadgen/plan/check.h"
#include "loadgen/plan/steady_state.h"

namespace loadgen {

/// Three significant digits with the unit: "182 ms", "11 s", "38.2 %", "369/s", "12". Counts are
/// whole. value must be finite. Pure.
std::string in_words(double value, Unit unit);
/// A difference, signed: of fractions in points ("+1.2 points"), else as in_words. Pure.
std::string difference_in_words(double value, Unit unit);
/// Two of these as an interval, a unit that both have told once: "175 – 190 ms", "0.9 – 1.1 s",
/// "900 µs – 1.1 ms"; one alone when they read the same. Pure.
std::string interval_in_words(const std::string& low, const std::string& high);
/// Three significant digits, no unit: "1.31". Pure.
std::string ratio_in_words(double ratio);

/// What a check allows: "< 15 %", "< 1.15", "< 0.1 points". Pure.
std::string bound_in_words(const Check& check);
/// "error rate", "p99", "longest outage", "share of \"zone-a\"". Pure.
std::string metric_in_words(const Check& check);
/// "during the fault", "after the fault", "before the fault"; without a fault "in `after`". Pure.
std::string phase_in_words(std::string_view label, bool with_fault);

/// "2026-08-20T10:06:04.123Z" of µs since 1970. Pure.
std::string iso_utc(std::int64_t us);

}  // namespace loadgen
