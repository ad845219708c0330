// What the generator itself ran out of: processor time, sockets.
#pragma once

#include "loadgen/analysis/measured.h"
#include "loadgen/core/result.h"

namespace loadgen {

/// The processor time of the worker, as shares of the time that it was heard.
void fill_cpu(const Recording::Worker& worker, WorkerResult& result);

/// Judges `trust.workers`: a warning when one was busy for more than 0.9 of a core; when a quota
/// throttled the process for more than 0.5 % of the time, a reason from 5 % on; when a hypervisor
/// took the processors for more than 5 %, a reason from half on.
void judge_cpu(Trust& trust);

/// A warning when connections failed for want of an open file, a local port or memory, a reason
/// when more than 1 % of the tickets were lost to it. Warm-up counts: what ran out there did so for
/// good.
void judge_sockets(const Measured& measured, Trust& trust);

}  // namespace loadgen
