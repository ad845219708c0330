// Can this run be trusted? The generator, its workers, and the fault itself.
#pragma once

#include <optional>
#include <string>

#include "loadgen/analysis/measured.h"
#include "loadgen/core/result.h"

namespace loadgen {

/// Judged over all phases but warm-up. A ticket is late when its send lag exceeds the larger of
/// 1 ms and 5 % of the median response of its workload. Invalid when more than 1 %, and more than
/// two tickets or half of them, were late or blind (those of an abort don't count, nor those that
/// no worker was there for, which worker_trust.h judges), when the groups' send lags differ too
/// much, when a fault was not injected or not confirmed, when nothing was due at all, or for what
/// generator.h and worker_trust.h say. Pure.
Trust trust_of(const Measured& measured);

/// What to say when the control group shows an onset within 5 s of the experimental group's in the
/// same workload: the disturbance was shared, not the fault's. Pure.
std::optional<std::string> shared_disturbance(const Measured& measured);

}  // namespace loadgen
