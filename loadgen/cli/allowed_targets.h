// What a worker may be told to drive.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/drive/driver.h"

namespace loadgen {

/// One end of connections: a host as the scenario writes it, and a port.
struct TargetPlace {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const TargetPlace&) const = default;
};

/// Every place to which a workload of this kind may connect in this group. Throws UserError for an
/// URL or a connection string that is none, or that leaves it to the environment where it leads.
std::vector<TargetPlace> places_of(const Group& group, WorkloadKind kind);

/// The same factory when `allowed` is empty; else one that throws UserError for a target that no
/// entry permits, before anything is connected. An entry is HOST, for all of its ports, or
/// HOST:PORT; hosts are compared as they are written, not by what they resolve to. Throws UserError
/// for an entry that is neither.
DriverFactory guarded_factory(const std::vector<std::string>& allowed, DriverFactory factory);

}  // namespace loadgen
