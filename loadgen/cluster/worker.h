// The worker: computes its share of the plan from the scenario text, drives it, and reports a part
// each second.
#pragma once

#include "loadgen/cluster/channel.h"
#include "loadgen/drive/driver.h"

namespace loadgen {

/// Runs a worker on the calling thread until its plan is over or the coordinator is gone. Parts are
/// kept until they are acknowledged. Never throws: what goes wrong is sent as Armed::problems or
/// Failed.
void work(Channel channel, const DriverFactory& factory);

}  // namespace loadgen
