// Name resolution off the measuring path.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "loadgen/core/units.h"
#include "loadgen/drive/address.h"

namespace loadgen {

/// Resolves on a thread of its own (getaddrinfo blocks); answers are collected by the engine
/// thread. One per engine.
class Resolver {
 public:
  struct Answer {
    std::vector<Address> addresses;  // in getaddrinfo's order; empty when it failed
    std::string problem;             // why it failed
    Duration took{0};
  };
  using Callback = std::function<void(const Answer&)>;
  /// Finds the addresses of a host; called on the resolving thread, may block.
  using LookUp = std::function<Answer(const std::string& host, std::uint16_t port)>;

  /// `wake` is called from the resolving thread when an answer waits to be collected.
  explicit Resolver(std::function<void()> wake, LookUp look_up = system_look_up);
  /// Never waits for an answer: a question that hangs is left to its thread.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Asks; `callback` is called by `collect` later, or never when the resolver goes away first.
  /// Engine thread.
  void resolve(const std::string& host, std::uint16_t port, Callback callback);
  /// Calls the callbacks of all answers that have arrived. Engine thread.
  void collect();

  /// getaddrinfo.
  static Answer system_look_up(const std::string& host, std::uint16_t port);

 private:
  struct Background;
  /// Owned by this and by the thread: whoever goes last frees it.
  std::shared_ptr<Background> background_;
  std::thread thread_;  // begins with the first question
};

}  // namespace loadgen
