// One attempt to open a session: the places of a connection string in turn, until one answers that
// has the wanted role; then its statements are prepared.
//
// State machine: what each state waits for → where it goes. Every state has the deadline of its
// place; at the deadline, as after any other failure, the next place is tried, and after the last
// one the attempt is over (failed).
// connecting: the socket, as PQconnectPoll asks (TCP, TLS, authentication) → asking, preparing or
// over.
// asking: the answer whether the server takes writes; only of servers before version 14, the others
// report it unasked → preparing, or over.
// preparing: the answers to Parse, all sent at once → over (connected).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/core/outcome.h"
#include "loadgen/core/units.h"
#include "pgbench_mode/conninfo.h"
#include "pgbench_mode/pgconn.h"

namespace loadgen::pgbench {

/// What is the same for all attempts of one driver; const once the first has begun.
struct ConnectWishes {
  struct Prepared {
    std::string name, text;
    int parameters = 0;
  };
  std::vector<std::pair<std::string, std::string>> settings;
  SessionRole role = SessionRole::any;
  Duration timeout{0};  // per place
  std::vector<Prepared> prepared;
};

/// How an attempt ended. A stage that was not reached took `kNone`.
struct Connected {
  static constexpr Duration kNone{-1};
  std::uint64_t number = 0;
  PgconnHandle connection;        // null: it failed, and the next two say why
  Outcome failure = Outcome::ok;  // of the last place
  std::string problem;            // of every place, in libpq's words, each on its line
  std::size_t place = 0;          // which one was reached
  std::vector<bool> prepared;     // by number; one that failed is tried again when it is used
  Duration connect = kNone, authenticate = kNone, role = kNone;  // of the last place
  Instant begun{}, ended{};                                      // of the whole attempt
  bool unsuited = false;  // some place answered without the wanted role
};

/// Used by the connector's thread. Never throws, never blocks (but for the files that libpq reads
/// when it begins).
class ConnectAttempt {
 public:
  /// places: at least one, all resolved.
  ConnectAttempt(const ConnectWishes& wishes, std::uint64_t number, std::vector<Place> places,
                 Instant now);

  bool over() const { return state_ == State::over; }
  int descriptor() const { return PQsocket(connection_.get()); }
  /// POLLIN, POLLOUT or both.
  short events() const { return events_; }
  Instant deadline() const { return deadline_; }
  /// The descriptor is ready, or the deadline has passed.
  void advance(Instant now);
  /// Once over.
  Connected take() { return std::move(result_); }

 private:
  enum class State : std::uint8_t { connecting, asking, preparing, over };

  void begin_place(Instant now);
  void place_failed(Outcome outcome, std::string problem, Instant now);
  void connection_failed(ConnStatusType before, Instant now);
  void poll_connection(Instant now);
  void authenticated(Instant now);
  void read_role(Instant now);
  void role_known(bool takes_writes, bool in_recovery, Instant now);
  void send_prepare(Instant now);
  void read_prepared(Instant now);
  void lost(Instant now);
  void finish(Instant now);
  bool flush();

  const ConnectWishes& wishes_;
  std::vector<Place> places_;
  bool any_role_ = false;  // prefer-standby: there was no standby, so anything will do
  PgconnHandle connection_;
  State state_ = State::connecting;
  short events_ = 0;
  Instant begun_{}, connected_{}, authenticated_{}, deadline_{};
  std::size_t syncs_ = 0;  // answers to PQpipelineSync that have come
  bool prepare_failed_ = false;
  Connected result_;
};

}  // namespace loadgen::pgbench
