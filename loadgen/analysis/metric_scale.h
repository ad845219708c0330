// The scale on which a metric of runs is compared: worse is larger, and a difference means the same
// everywhere on it.
#pragma once

#include <string_view>

namespace loadgen {

/// tps and ok_rate: less is worse.
bool is_throughput(std::string_view metric);
/// error_rate and goodput: differences in points. All others: logarithms, so ratios.
bool is_share(std::string_view metric);

/// From base units to the scale. Values below a nanosecond (or 1e-9 per second) count as that: the
/// result is finite. Pure.
double to_scale(std::string_view metric, double value);
/// from_scale(m, to_scale(m, v)) is v, up to rounding. Pure.
double from_scale(std::string_view metric, double at);

/// A difference on the scale as people read it: of a ratio the change (+0.1 = 10 % more), of a
/// share the difference. Worse for throughput and goodput is a minus. Pure.
double change_of(std::string_view metric, double difference);

}  // namespace loadgen
