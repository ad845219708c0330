// The worker: computes its share of the plan from the scenario text, drives it, and reports a part
// each second.
#pragma once

#include <vector>

#include "loadgen/cluster/channel.h"
#include "loadgen/cluster/memory_file.h"
#include "loadgen/drive/driver.h"

namespace loadgen {

/// The scenario of an assignment: its text, with the environment and the files that came with it
/// and no others. Certificates and keys that came with it are put into `kept`, which must outlive
/// the drivers. Throws UserError; std::runtime_error when the assignment does not fit its scenario.
Scenario scenario_of(const Assign& assign, std::vector<MemoryFile>& kept);

/// Runs a worker on the calling thread until its plan is over or the coordinator is gone. Parts are
/// kept until they are acknowledged. Never throws: what goes wrong is sent as Armed::problems or
/// Failed.
void work(Channel channel, const DriverFactory& factory);

}  // namespace loadgen
