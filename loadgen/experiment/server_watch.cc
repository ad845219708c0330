#include "loadgen/experiment/server_watch.h"

#include <chrono>
#include <utility>

#include "loadgen/experiment/live_run.h"

namespace loadgen {

namespace asio = boost::asio;

namespace {

/// How long a sample may lie before it stands in the journal: as long as a part, about.
constexpr Duration kCollect = std::chrono::milliseconds(250);

void write(LiveRun& run, std::vector<ServerSample> samples) {
  for (ServerSample& sample : samples) run.server_sample(std::move(sample));
}

asio::awaitable<void> watch_servers(LiveRun& run, const ServerWatch& watch) {
  for (bool go_on = true; go_on;) {
    go_on = co_await run.sleep_until(run.coordinator.now() + kCollect, Urgency::ending);
    write(run, watch.take());
  }
  write(run, watch.end());
}

}  // namespace

void begin_server_watch(LiveRun& run, const ServerWatch& watch) {
  if (!watch.begin) return;
  watch.begin(run.coordinator.instant(RunOffset{0}));
  run.tasks.spawn(watch_servers(run, watch));
}

}  // namespace loadgen
