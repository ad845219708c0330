// One slot for a connection: from name or address to socket, TLS, request out, answer in.
//
// State machine: what each state waits for → where it goes.
// dormant: nothing, it has no socket → connecting, by `begin`.
// connecting: the socket to be writable → handshaking, idle (established), the next address, or
// dormant (attempt_failed).
// handshaking: TLS, readable or writable → idle (established), or dormant (attempt_failed).
// idle: a request, or the peer's close → sending or receiving, by `send`; or dormant (closed_idle).
// sending: room for the rest of the request → receiving, idle (answered), or dormant (broken).
// receiving: the answer → idle (answered), or dormant (broken).
//
// Resolving is the driver's: a connection begins with addresses.
#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/core/outcome.h"
#include "loadgen/drive/address.h"
#include "loadgen/drive/http_answer.h"
#include "loadgen/drive/readiness.h"
#include "loadgen/drive/tls.h"

namespace loadgen {

/// What is the same for all connections of one driver.
struct HttpWiring {
  Readiness& readiness;
  const AnswerWishes& wishes;
  const TlsSettings* tls = nullptr;  // null: plain
  std::vector<char>& scratch;        // receive buffer, shared by the thread's connections
};

/// Owned by an HttpDriver, which acts on what the calls return. Engine thread. Never throws.
class HttpConnection : public Pollable {
 public:
  enum class State : std::uint8_t { dormant, connecting, handshaking, idle, sending, receiving };
  enum class Happening : std::uint8_t {
    nothing,
    established,     // → idle
    attempt_failed,  // → dormant; `failure` and `problem` say why
    answered,        // → idle; the answer is complete; `answer()` has it
    broken,          // → dormant while a request was out; `failure` and `problem` say why
    closed_idle,     // → dormant; the peer closed a connection that nobody used
  };

  HttpConnection(const HttpWiring& wiring, Driver& owner);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  /// dormant → connecting. Tries the addresses in order, beginning with number `first`.
  Happening begin(const std::vector<Address>& addresses, std::size_t first, Instant now);
  /// idle → sending or receiving. `head`: the request is HEAD.
  Happening send(std::string_view request, bool head);
  /// The socket is ready. Afterwards `happened_at()` is when the bytes were read.
  Happening ready(const Readiness::Event& event);
  /// Drops the socket, whatever the state. → dormant.
  void close();

  State state() const { return state_; }
  bool live() const { return state_ >= State::idle; }
  bool attempting() const { return state_ == State::connecting || state_ == State::handshaking; }
  HttpAnswer& answer() { return answer_; }
  Outcome failure() const { return failure_; }
  const std::string& problem() const { return problem_; }
  bool has_peer() const { return !addresses_.empty(); }
  const Address& peer() const { return addresses_[address_]; }
  Instant happened_at() const { return happened_at_; }
  /// When the first byte of the current answer was read; Times::kNone before.
  Instant first_byte_at() const { return first_byte_at_; }
  Instant begun_at() const { return begun_at_; }
  Instant connected_at() const { return connected_at_; }

  // Kept here for the driver:
  std::uint32_t answers = 0;   // complete answers since it was established
  std::uint32_t failures = 0;  // attempts or fresh connections that failed in a row
  std::uint64_t timer = 0;     // number of its reconnect timer; an older one is void
  std::uint64_t attempt = 0;   // number of its current attempt
  std::int64_t flight =
      -1;            // index of the ticket that it carries, or that its attempt is for alone
  std::string zone;  // of its peer, when the scenario asks for that
  boost::intrusive::list_member_hook<> idle;  // in the driver's list of idle connections

 private:
  Happening connect_next(Instant now);
  void note_refusal(int error);
  Happening connected();
  Happening handshake();
  Happening flush();
  Happening receive();
  Happening fail(Happening how, Outcome outcome, std::string problem);
  void want(std::uint32_t interest);
  bool all_sent() const { return unsent_begin_ == unsent_.size(); }

  HttpWiring wiring_;
  int descriptor_ = -1;
  State state_ = State::dormant;
  std::uint32_t interest_ = 0;
  std::unique_ptr<TlsSession> tls_;
  HttpAnswer answer_;
  std::string unsent_;            // the request, when it did not fit into the socket at once
  std::size_t unsent_begin_ = 0;  // what of it was sent since
  std::vector<Address> addresses_;
  std::size_t address_ = 0, tried_ = 0;
  int refusal_ = 0;  // why an address failed; what the server said goes before a shortage of ours
  Outcome failure_ = Outcome::ok;
  std::string problem_;
  Instant begun_at_{}, connected_at_{}, happened_at_{}, first_byte_at_{};
};

}  // namespace loadgen
