// What a run's audits come to for one workload of one group.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loadgen/analysis/run.h"
#include "loadgen/core/figures.h"

namespace loadgen {

/// Nothing when the workload is not audited. Of several readings the latest decides, unless it was
/// made on a standby, which may lack what it has not replayed yet, or on an older timeline of a
/// cluster of which another reading saw a newer one: a primary that was replaced still has what its
/// successor lost. Pure.
std::optional<AuditResult> audit_of(const Run& run, std::uint16_t group, std::uint16_t workload);

/// "what worker 2 had acknowledged after its last report is not known"; empty when all told all.
/// Pure.
std::string untold(const Run& run);

}  // namespace loadgen
