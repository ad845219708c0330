// One libpq connection in the thread's readiness set.
//
// State machine: what each state waits for → where it goes.
// dormant: nothing, or its reconnect timer; it has no connection → resolving or connecting, by the
//   driver.
// resolving: the resolver's answer for the host names of the connection string → connecting, or
//   dormant (`dns`).
// connecting: the connector's thread, which connects, checks the role and prepares (connector.h,
//   connect_attempt.h) → idle, by `adopt`, or dormant.
// idle: something to send, or the server's close → busy, by `sent`; or dormant (lost).
// busy: answers → idle, by `answered`; or dormant, by `release` after `lost`.
//
// Nothing here blocks: what does not fit into the socket is flushed when it is writable (reading
// goes on meanwhile, or both sides might wait for ever), and a result is taken only when it is
// complete.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/drive/readiness.h"
#include "pgbench_mode/connect_attempt.h"

namespace loadgen::pgbench {

class Client;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

/// Engine thread. Never throws.
class Session : public Pollable {
 public:
  enum class State : std::uint8_t { dormant, resolving, connecting, idle, busy };
  enum class Happening : std::uint8_t {
    nothing,
    input,  // busy: `next` may have something
    lost,   // idle: the server closed it
  };
  enum class Next : std::uint8_t {
    wait,    // not complete yet
    result,  // one result
    end,     // NULL: no more results of this statement
    lost,    // the connection is dead, and what had come was taken
  };

  Session(Readiness& readiness, Driver& owner, Client& user);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Client& client() const { return client_; }
  State state() const { return state_; }
  bool live() const { return state_ >= State::idle; }
  bool attempting() const { return state_ == State::resolving || state_ == State::connecting; }
  /// Between the states without a connection: dormant, resolving, connecting.
  void becomes(State state);
  /// connecting → idle. False when the kernel refuses to watch its socket; then nothing was taken.
  bool adopt(Connected& connected);
  /// Any → dormant. Takes the connection out of the set; it is to be closed by the connector.
  PgconnHandle release();

  PGconn* connection() { return connection_.get(); }
  /// Of the attempt that opened it; 0 without a connection.
  std::uint64_t number() const { return live() ? number_ : 0; }
  /// Its statement number `number` was prepared. See ConnectWishes::prepared.
  bool has_prepared(std::size_t number) const { return prepared_[number]; }
  void note_prepared(std::size_t number) { prepared_[number] = true; }

  /// Something was given to libpq to send. → busy. False: it can't be sent, see `problem`.
  bool sent();
  /// The answers that were waited for are complete. → idle.
  void answered() { state_ = State::idle; }
  /// The socket is ready.
  Happening ready(const Readiness::Event& event);
  Next next(ResultHandle& result);
  /// The server has warned, since `forget_warning`, that a commit may be on no standby: it was told
  /// to wait for one, and its wait was cancelled.
  bool warned_unreplicated() const { return warned_unreplicated_; }
  void forget_warning() { warned_unreplicated_ = false; }
  /// libpq's last message, without its newline.
  std::string problem() const;
  /// Which server it reached: "127.0.0.1, port 5432"; empty without a connection.
  std::string place() const;
  /// A setting that the server reports unasked: "default_transaction_read_only".
  bool reports_on(const char* setting) const;

 private:
  static void take_notice(void* session, const PGresult* notice);
  bool flush();
  void want(std::uint32_t interest);

  Readiness& readiness_;
  Client& client_;
  PgconnHandle connection_;
  std::uint64_t number_ = 0;
  int descriptor_ = -1;
  std::uint32_t interest_ = 0;
  State state_ = State::dormant;
  bool ended_ = false;  // nothing more will be read
  bool warned_unreplicated_ = false;
  std::vector<bool> prepared_;
};

}  // namespace loadgen::pgbench
