// A search for the highest load, for people.
#pragma once

#include <cstddef>
#include <string>

#include "loadgen/core/capacity.h"

namespace loadgen::reports {

/// "1,240/s: the highest rate at which p99 < 250ms held; it did not at 1,252/s." Pure.
std::string capacity_sentence(const Capacity& capacity);

/// A load as it is typed: no exponent, no trailing zero. Pure.
std::string exact_level(double level);

/// "1,240/s", "64 clients". Pure.
std::string level_text(const Capacity& capacity, double level);

/// The table of steps on a terminal, line by line while the search goes on. Pure.
std::string capacity_heading(const Capacity& capacity);
std::string capacity_line(const Capacity& capacity, const CapacityStep& step);
/// All of it. Pure; "" without steps.
std::string capacity_table(const Capacity& capacity);
std::string capacity_markdown(const Capacity& capacity);

}  // namespace loadgen::reports
