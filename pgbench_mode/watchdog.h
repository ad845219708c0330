// Ends a blocking call on a socket that would outlast its deadline: by shutting the socket down,
// after which the library in the call finds a dead connection and returns.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace loadgen::pgbench {

/// One guarded call at a time. start() and stop() from the thread that makes the calls.
class Watchdog {
 public:
  using Clock = std::chrono::steady_clock;

  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// From now on `socket` is shut down at `deadline`, unless stop() comes first.
  void start(int socket, Clock::time_point deadline);
  /// The call is over. True when the socket was shut down meanwhile.
  bool stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  Clock::time_point deadline_{};
  int socket_ = -1;  ///< -1: nothing to guard
  bool fired_ = false;
  bool ending_ = false;
  std::thread thread_;  ///< last, since it uses all of the above
};

}  // namespace loadgen::pgbench
