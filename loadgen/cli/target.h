// A scripted HTTP/1.1 server: something to try loadgen on, and a peer whose misbehaviour is known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/core/units.h"

namespace loadgen {

/// What the target does to each request. All shares are fractions (20 % = 0.2).
struct TargetOptions {
  enum class Jitter : std::uint8_t { none, exponential, uniform };

  std::string host = "127.0.0.1";  // an address, or "localhost"
  std::uint16_t port = 0;          // 0: the system chooses

  Duration delay{0};          // before each answer
  std::uint32_t servers = 0;  // so many answers are made at a time, the others wait in line; 0: all
  Jitter jitter = Jitter::none;
  Duration jitter_scale{0};  // exponential: the mean; uniform: the upper end. Added to delay
  Duration stall_at{0};      // counted from the first request: nothing is answered from here …
  Duration stall_for{0};     // … for this long

  double error_rate = 0;  // share of requests that are answered with error_status
  int error_status = 503;
  double reset_rate = 0;          // share of requests whose answer breaks off with a TCP reset
  std::uint32_t close_after = 0;  // requests per connection; 0 = no limit

  std::size_t body_size = 2;           // bytes
  std::size_t slow_rate = 0;           // body bytes per second; 0 = at once
  std::vector<std::string> headers{};  // whole lines, without line end
  std::uint64_t seed = 1;              // of errors, resets and jitter
};

/// The server. Made and run by one thread; `stop` may come from any.
class Target {
 public:
  /// What became of requests received in one wall second. `status` 0: broken off with a reset.
  struct Count {
    std::int64_t unix_second = 0;
    int status = 0;
    std::uint64_t requests = 0;
  };

  /// Binds and listens. Throws UserError when the address is malformed or taken.
  explicit Target(TargetOptions options);
  /// Stops and joins.
  ~Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  std::uint16_t port() const;
  /// "http://127.0.0.1:8080", "http://[::1]:8080".
  std::string url() const;

  /// Serves on a thread of its own until `stop`.
  void start();
  /// Drops every connection and waits for the thread. Harmless when repeated. Any thread.
  void stop();

  /// Requests by the wall second in which they arrived, in order: the ground truth to compare a
  /// result with. A request counts once it was read whole, answered or not. Only after `stop`.
  std::vector<Count> counts() const;

 private:
  struct Server;
  std::unique_ptr<Server> server_;
};

}  // namespace loadgen
