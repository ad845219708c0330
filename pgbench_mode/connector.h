// Connecting off the measuring path.
//
// libpq has no part of a connection that can be moved elsewhere: PQconnectPoll itself computes the
// SCRAM proof (about 6 ms) or the TLS keys, and an engine that called it would hold up every ticket
// of its thread for as long. So each driver has one thread that does nothing but connect, prepare
// and close; it hands finished connections over, and the engine's thread never waits for it. One
// thread bounds the client CPU that a storm of reconnects takes to a core, whatever its size;
// attempts in flight are bounded, too, since a server that comes up must not be met by all at once.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "pgbench_mode/connect_attempt.h"

namespace loadgen::pgbench {

/// Engine thread, all of it.
class Connector {
 public:
  explicit Connector(ConnectWishes wishes);
  /// Gives the thread a moment to end; one that hangs inside libpq (a Kerberos server that is gone)
  /// is left to itself.
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Begins an attempt; `collect` gives its end later. places: at least one, all resolved.
  void order(std::uint64_t number, std::vector<Place> places);
  /// Closes a connection: a hundred at once would hold the engine up.
  void dispose(PgconnHandle connection);

  /// Readable when `collect` has something; for the readiness set.
  int descriptor() const;
  std::vector<Connected> collect();

  /// Attempts in flight at once.
  static constexpr std::size_t kMostAtOnce = 32;

 private:
  struct Background;
  void ask();
  std::shared_ptr<Background> background_;  // owned by this and by the thread: whoever goes last
  std::thread thread_;                      // begins with the first order
};

}  // namespace loadgen::pgbench
