// Servers that are looked at beside the run: what is found goes to the journal.
#pragma once

#include <functional>
#include <vector>

#include "loadgen/core/server_sample.h"
#include "loadgen/core/units.h"

namespace loadgen {

struct LiveRun;

/// Who looks is the command line's to say; this floor knows no database. All three are called from
/// the thread of the coordinator's io_context and must not block.
struct ServerWatch {
  std::function<void(Instant zero)> begin;          // the run's offset 0; empty: nobody looks
  std::function<std::vector<ServerSample>()> take;  // what was found since the last call
  std::function<std::vector<ServerSample>()> end;   // the rest; nothing is looked at after it
};

/// Begins a task that writes what is found until the run ends. `watch` must outlive it.
void begin_server_watch(LiveRun& run, const ServerWatch& watch);

}  // namespace loadgen
