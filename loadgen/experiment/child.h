// Starting, killing and reaping one child process.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "loadgen/experiment/process.h"

namespace loadgen {

/// A descriptor with one owner.
class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OwnedFd();
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

/// Both ends of a pipe, close-on-exec. The reading end does not block.
struct PipeEnds {
  OwnedFd read, write;
};
/// Throws std::system_error when there are no descriptors left.
PipeEnds make_pipe();

/// A child in a process group of its own. Whoever drops it unreaped kills the group and waits.
class Child {
 public:
  /// Starts `command` with the given stdout and stderr. Nothing is thrown: `failure()` says why it
  /// could not be started.
  Child(const Command& command, int standard_output, int standard_error);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  const std::string& failure() const { return failure_; }
  /// Becomes readable when the child has ended; the caller owns the descriptor. Throws
  /// std::system_error.
  OwnedFd open_pidfd() const;
  /// To the whole group. Only while the child is not reaped: later its number may be another's.
  void kill_group(int signal) const;
  /// Whether the child has ended; it is not reaped by that.
  bool has_ended() const;
  /// Takes note of the child's end in `end`. Only when it has ended.
  void reap(ProcessEnd& end);
  /// Gives a child up that is stuck in the kernel: nobody waits for it any more.
  void abandon() { pid_ = -1; }

 private:
  pid_t pid_ = -1;  // -1: not started, or reaped
  std::string failure_;
};

}  // namespace loadgen
