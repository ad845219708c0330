// One workload of one group on one thread: tickets in, outcomes out, connections in between.
//
// Connections are opened ahead and used in turn. A ticket that finds none idle lets the pool grow,
// up to the cap. When an attempt fails, or a fresh connection dies before its first answer, the
// target is *down*: until the pool has its size again, every attempt keeps to the cap of attempts
// per second. A ticket then makes its own attempt if the cap allows, and is not_sent{no_connection}
// if not; without tickets a backed-off timer probes.
#pragma once

#include <boost/intrusive/list.hpp>
#include <deque>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "loadgen/drive/driver.h"
#include "loadgen/drive/http_connection.h"
#include "loadgen/drive/http_request.h"

namespace loadgen {

class HttpDriver final : public Driver {
 public:
  /// Throws UserError when the base URL, a placeholder or a TLS file is wrong.
  explicit HttpDriver(const DriverSetup& setup);
  ~HttpDriver() override;

  void open_ahead(Instant now) override;
  Standing standing() const override;
  std::uint16_t operation_of(const Ticket& ticket) const override;
  void perform(const Ticket& ticket, std::uint16_t operation, Instant now) override;
  void ready(Pollable& pollable, const Readiness::Event& event) override;
  Instant next_deadline() const override;
  void tick(Instant now) override;
  void taint() override;
  void give_up(Instant now, bool abort) override;
  std::uint64_t open() const override { return open_; }

 private:
  using Hook = boost::intrusive::list_member_hook<>;

  /// A ticket on its way.
  struct Flight {
    Ticket ticket;
    std::uint16_t operation = 0;
    Times times;
    Instant deadline{};
    std::int64_t index = 0;                // in flights_
    HttpConnection* connection = nullptr;  // carries it, or its attempt is for it alone (a retry)
    bool retried = false, tainted = false;
    Hook by_deadline, waiting, first_byte;
  };
  template <Hook Flight::*hook>
  using FlightList =
      boost::intrusive::list<Flight, boost::intrusive::member_hook<Flight, Hook, hook>>;
  using IdleList = boost::intrusive::list<
      HttpConnection, boost::intrusive::member_hook<HttpConnection, Hook, &HttpConnection::idle>>;

  /// When a dormant connection may be tried again.
  struct Timer {
    Instant at;
    HttpConnection* connection;
    std::uint64_t number;
    bool reserved;  // has its place under the cap of attempts per second
    bool operator>(const Timer& other) const { return at > other.at; }
  };
  struct Attempt {
    Instant deadline;
    HttpConnection* connection;
    std::uint64_t number;  // another one by now: it has ended
  };

  // Tickets (http_driver.cc)
  Flight& new_flight(const Ticket& ticket, std::uint16_t operation, Instant now);
  Flight& flight_of(const HttpConnection& connection) {
    return flights_[static_cast<std::size_t>(connection.flight)];
  }
  void end(Flight& flight, Outcome outcome, Instant now, const std::string& problem = {});
  void sample(const Flight& flight, Outcome outcome, const std::string& problem);
  void send(HttpConnection& connection, Flight& flight, Instant now);
  void deadline_passed(Flight& flight, Instant now);
  Outcome judge(HttpConnection& connection) const;
  void answered(HttpConnection& connection);
  void broken(HttpConnection& connection);

  // Connections (http_pool.cc)
  void handle(HttpConnection& connection, HttpConnection::Happening happening);
  void established(HttpConnection& connection, Instant now);
  void attempt_failed(HttpConnection& connection, Outcome outcome, const std::string& problem,
                      Instant now);
  void use(HttpConnection& connection, Instant now);
  void drop(HttpConnection& connection);
  void grow(Instant now);
  HttpConnection* dormant_or_new();
  HttpConnection& make_connection();
  void attempt(HttpConnection& connection, Instant now);
  void resolved(const Resolver::Answer& answer);
  void reconnect_later(HttpConnection& connection, Duration backoff, Instant now);
  Duration backoff_of(const HttpConnection& connection);
  void restore(Instant now);
  void try_again(Flight& flight, Instant now);
  void shed_waiting(Instant now);
  void tick_attempts(Instant now);
  void tick_timers(Instant now);
  bool down() const { return connects_fail_ || answers_fail_; }
  std::uint64_t connecting() const { return attempting_ + resolving_.size(); }
  /// The pool is below its size, and nothing is under way or planned to fill it.
  bool lacking() const;

  DriverSetup setup_;
  const Workload& workload_;
  HttpTarget target_;
  HttpRequests requests_;
  AnswerWishes wishes_;
  std::unique_ptr<TlsSettings> tls_;
  std::vector<std::pair<Network, std::string>> zones_;
  std::vector<char> scratch_;
  std::string request_;
  std::uint64_t cap_;          // tickets open at once, this share
  std::uint64_t target_size_;  // connections to keep open, this share
  Duration spacing_;           // between reconnect attempts, this share
  std::deque<Flight> flights_;
  std::vector<Flight*> free_flights_;
  std::uint64_t open_ = 0;                        // tickets
  FlightList<&Flight::by_deadline> by_deadline_;  // ascending: all have the same timeout
  FlightList<&Flight::waiting> waiting_;          // for any connection, oldest first
  FlightList<&Flight::first_byte> first_byte_;    // ascending by when they were sent
  std::vector<std::unique_ptr<HttpConnection>> connections_;
  IdleList idle_;  // oldest first: used in turn
  std::vector<HttpConnection*> dormant_;
  std::deque<Attempt> attempts_;  // ascending by deadline; finished ones are skipped
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::deque<HttpConnection*> resolving_;                // attempts that wait for addresses
  bool asked_ = false;                                   // the resolver owes an answer
  std::uint64_t live_ = 0, attempting_ = 0, armed_ = 0;  // connections; armed: with a timer
  std::uint64_t number_ = 0;                             // of attempts and timers
  std::size_t next_address_ = 0;
  std::vector<Address> known_;  // from the last resolution
  Instant known_until_{}, next_reconnect_{};
  bool connects_fail_ = false;                  // the last attempt failed
  bool answers_fail_ = false;                   // the last fresh connection died before an answer
  bool recovering_ = false, given_up_ = false;  // recovering: not yet back at target_size_
  std::string problem_;                         // of the last failed attempt
  Outcome without_connection_ = Outcome::not_sent_no_connection;  // or ours: blind_no_socket
  Instant proven_at_{};  // before the run: when TLS connections count as accepted; 0: they do
  TicketRandom jitter_;
};

}  // namespace loadgen
