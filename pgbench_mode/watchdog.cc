#include "pgbench_mode/watchdog.h"

#include <sys/socket.h>

namespace loadgen::pgbench {

Watchdog::Watchdog() : thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Watchdog::start(int socket, Clock::time_point deadline) {
  {
    const std::lock_guard lock(mutex_);
    socket_ = socket;
    deadline_ = deadline;
    fired_ = false;
  }
  changed_.notify_one();
}

bool Watchdog::stop() {
  // The thread may sleep on towards the old deadline; with no socket to guard it does nothing
  // there.
  const std::lock_guard lock(mutex_);
  socket_ = -1;
  return fired_;
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (socket_ < 0) {
      changed_.wait(lock);
    } else if (Clock::now() < deadline_) {
      changed_.wait_until(lock, deadline_);
    } else {
      // Under the lock, so that the descriptor is still that connection's.
      ::shutdown(socket_, SHUT_RDWR);
      socket_ = -1;
      fired_ = true;
    }
  }
}

}  // namespace loadgen::pgbench
