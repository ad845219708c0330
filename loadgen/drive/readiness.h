// One private epoll set per engine thread, holding every load connection of that thread.
//
// Level-triggered: registering a socket once is enough for its whole life, so a request costs no
// epoll_ctl. (Asio's async_wait costs one per wait, and its speculative read a recv that returns
// EAGAIN.)
#pragma once

#include <cstdint>
#include <span>

#include "loadgen/core/units.h"

struct epoll_event;

namespace loadgen {

class Driver;

/// Something with a descriptor in the set. Its storage must outlive the batch of events in which it
/// is removed; a driver therefore keeps its connections until it is destroyed.
struct Pollable {
  Driver* driver = nullptr;  // null: the engine's own (its mailbox)
};

/// Owned and used by one thread, but for `wake`.
class Readiness {
 public:
  Readiness();
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  enum Interest : std::uint32_t { read = 1, write = 2 };

  /// Throws std::system_error when the kernel refuses (out of descriptors or memory).
  void add(int descriptor, Pollable& owner, std::uint32_t interest);
  void change(int descriptor, Pollable& owner, std::uint32_t interest);
  void remove(int descriptor);

  struct Event {
    Pollable* owner;
    bool readable, writable, broken;  // broken: error or hang-up; reading tells which
  };
  /// Waits until something is ready, `wake` is called, or `deadline` (nanosecond resolution); at
  /// most `kBatch` events, so that a burst of answers can't hold up a ticket that falls due.
  /// Returns the number of events.
  int wait(Instant now, Instant deadline);
  Event event(int number) const;
  /// True once after each `wake`.
  bool woken();

  /// Ends the current or next `wait`. Any thread.
  void wake();

  static constexpr int kBatch = 128;

 private:
  int set_ = -1;
  int mailbox_ = -1;
  bool woken_ = false;
  Pollable mailbox_owner_;
  epoll_event* events_;
};

}  // namespace loadgen
