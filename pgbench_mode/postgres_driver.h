// The Postgres driver: one workload of one group on one thread. Tickets in, outcomes out, clients
// and their sessions in between.
//
// A client has one session at most. In a closed loop a ticket belongs to its client and waits for
// that one's session; in an open loop it waits for any client that is connected and free, and with
// no client connected it is not_sent{no_connection}: nothing is saved up for a server that comes
// back. A session that is lost is opened again by a timer of its own: backed off, with jitter,
// under the cap of attempts per second; that is how the server's return is noticed, so tickets make
// no attempts of their own. With connect_per_transaction it is the ticket that connects.
#pragma once

#include <boost/intrusive/list.hpp>
#include <deque>
#include <memory>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "loadgen/drive/driver.h"
#include "pgbench_mode/client.h"
#include "pgbench_mode/client_identities.h"
#include "pgbench_mode/connector.h"
#include "pgbench_mode/conninfo.h"
#include "pgbench_mode/places.h"
#include "pgbench_mode/postgres_options.h"

namespace loadgen::pgbench {

class PostgresDriver final : public Driver {
 public:
  /// Throws UserError when the connection string, a script or a variable is wrong.
  PostgresDriver(const DriverSetup& setup, PostgresOptions options);
  ~PostgresDriver() override;

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
  template <Flight::Hook Flight::*hook>
  using FlightList =
      boost::intrusive::list<Flight, boost::intrusive::member_hook<Flight, Flight::Hook, hook>>;
  using FreeList = boost::intrusive::list<
      Client,
      boost::intrusive::member_hook<Client, boost::intrusive::list_member_hook<>, &Client::free>>;
  /// Of a client's reconnect, rest, or sleep; void when the client has another number by then.
  struct Timer {
    Instant at;
    Client* client;
    std::uint64_t number;
    bool reserved = false;  // has its place under the cap of attempts per second
    bool operator>(const Timer& other) const { return at > other.at; }
  };
  using Timers = std::priority_queue<Timer, std::vector<Timer>, std::greater<>>;

  // Tickets (postgres_driver.cc)
  Flight& new_flight(const Ticket& ticket, std::uint16_t operation, Instant now);
  void perform_closed(Flight& flight, Instant now);
  void perform_open(Flight& flight, Instant now);
  void begin(Client& client, Flight& flight, Instant now);
  void advanced(Client& client, Client::Progress progress);
  void conclude(Client& client);
  void use(Client& client, Instant now);
  Flight* next_waiting(Instant now);
  void end(Flight& flight, Outcome outcome, Instant now, const std::string& problem = {});
  void sample(const Flight& flight, Outcome outcome, const std::string& problem);
  void deadline_passed(Flight& flight, Instant now);
  void tick_sleeps(Instant now);

  // Clients and their sessions (postgres_pool.cc)
  Client& add_client(ClientIdentity identity);
  Client& client_of(const Ticket& ticket);
  void attempt(Client& client, Instant now);
  void order(Client& client);
  void resolved(Instant now);
  void collect();
  void attempt_ended(Client& client, Connected& connected, Instant now);
  void tell_attempt(const Connected& connected, Duration resolve);
  void established(Client& client, Instant now);
  void attempt_failed(Client& client, Outcome outcome, const std::string& problem, Instant now);
  void drop(Client& client);
  void broken(Client& client, Instant now);
  bool outlived(const Client& client, Outcome outcome) const;
  void reconnect_later(Client& client, Duration backoff, Instant now);
  void rest(Client& client, Instant now);
  Duration backoff_of(const Client& client);
  void shed_waiting(Instant now);
  void tick_timers(Instant now);
  void timer_fired(Client& client, Instant now);
  /// A session is kept open whether a ticket needs it or not.
  bool keeps_open() const { return !workload_.pgbench.connect_per_transaction; }

  DriverSetup setup_;
  const Workload& workload_;
  PostgresOptions options_;
  Conninfo conninfo_;
  LoadedScripts scripts_;
  ClientRules rules_;
  ClientIdentities identities_;
  Connector connector_;
  Pollable mailbox_;  // the connector's
  Places places_;
  std::uint64_t cap_;  // tickets open at once, this share
  Duration spacing_;   // between reconnect attempts, this share

  std::deque<Flight> flights_;
  std::vector<Flight*> free_flights_;
  std::uint64_t open_ = 0;                              // tickets
  FlightList<&Flight::by_deadline> by_deadline_;        // ascending: all have the same timeout
  FlightList<&Flight::waiting> waiting_;                // open loop: for any client, oldest first
  std::vector<std::unique_ptr<Client>> clients_;        // those planned, then those of load faults
  std::unordered_map<std::uint32_t, Client*> surplus_;  // by Ticket::client
  FreeList free_;  // open loop: have no ticket and can take one; used in turn
  Timers timers_, sleeps_;
  std::deque<Client*> resolving_;                          // attempts that wait for addresses
  std::unordered_map<std::uint64_t, Client*> connecting_;  // attempts by number
  std::uint64_t live_ = 0;
  std::uint64_t number_ = 0;  // of attempts, timers and sleeps
  Instant next_reconnect_{};
  bool connects_fail_ = false;  // the last attempt failed
  bool given_up_ = false;
  std::string problem_;  // of the last failed attempt
  /// How tickets end that find no connection: it depends on whose fault that was.
  Outcome without_connection_ = Outcome::not_sent_no_connection;
  TicketRandom jitter_;
  // Which script a ticket runs is drawn in the order of the tickets.
  mutable Random choose_;
  mutable std::uint64_t chosen_ = 0;  // numbers drawn
  mutable std::uint16_t choice_ = 0;  // what the last one meant
};

/// The factory for scenarios; with `options`, of the command line.
std::unique_ptr<Driver> make_postgres_driver(const DriverSetup& setup);
std::unique_ptr<Driver> make_postgres_driver(const DriverSetup& setup, PostgresOptions options);

}  // namespace loadgen::pgbench
