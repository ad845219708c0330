// What became of the tickets of a share whose worker was lost.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

#include "loadgen/cluster/messages.h"
#include "loadgen/drive/driver.h"

namespace loadgen {

/// How far the plan went, for every share.
struct PlanReached {
  RunOffset end{0};  // nothing fell due from here on
  std::vector<LoadWindow> windows;
};

/// Open-loop tickets of `assign`'s share that fell due, by slice: the schedule is a pure function,
/// so they are known although nobody reported them. What a closed loop would have sent is not.
/// Drivers are made, and nothing is sent.
std::map<SliceKey, std::uint64_t> due_tickets(const Assign& assign, const PlanReached& reached,
                                              const DriverFactory& factory);

/// The adjustments (settle_share) of these shares, from what the journal holds of them. Blocks for
/// about a second per ten million tickets. Without a factory only what was reported is settled.
/// Throws UserError when the journal or the scenario can't be read.
std::vector<Part> settlements(const std::filesystem::path& journal,
                              const std::vector<std::uint32_t>& shares, Assign assign,
                              const PlanReached& reached, const DriverFactory& factory);

}  // namespace loadgen
