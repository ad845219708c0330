// Looks at servers once a second beside the load, each on a thread of its own: what hangs there
// holds up nothing but its own samples.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "loadgen/core/server_sample.h"
#include "loadgen/core/units.h"
#include "pgbench_mode/server_view.h"

namespace loadgen::pgbench {

/// Every call comes from one thread; none blocks but the destructor.
class ServerSampler {
 public:
  /// A sample for a server; may block for some seconds. Called on that server's thread.
  using Look = std::function<ServerSample()>;
  /// One thread's work: what it looks at, and whether to go on looking.
  struct Looker {
    SampledServer server;
    Look look;
    std::function<bool()> hopeless;
  };

  explicit ServerSampler(std::vector<Looker> lookers);
  /// Waits for what is under way, but no longer than kPatience; what then still hangs (in the
  /// resolution of a name, say) is left to its thread.
  ~ServerSampler();
  ServerSampler(const ServerSampler&) = delete;
  ServerSampler& operator=(const ServerSampler&) = delete;

  /// zero: the run's offset 0. Looks in the middle of each second from then on.
  void begin(Instant zero);
  /// The samples that are complete and were not taken yet.
  std::vector<ServerSample> take();
  /// Those, and for each server whose answer is still awaited a sample that says so. Nothing comes
  /// after it.
  std::vector<ServerSample> end(Instant now);

  static constexpr Duration kPatience = std::chrono::seconds(3);

 private:
  struct Background;
  /// Owned by this and by each thread: whoever goes last frees it.
  std::vector<std::shared_ptr<Background>> servers_;
  std::vector<std::thread> threads_;
};

/// What looks at these servers in earnest.
std::vector<ServerSampler::Looker> lookers_at(const std::vector<SampledServer>& servers);

}  // namespace loadgen::pgbench
