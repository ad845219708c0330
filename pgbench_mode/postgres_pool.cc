// The clients and sessions of a PostgresDriver: opening, reconnecting, giving them to tickets that
// wait.
#include <algorithm>
#include <cmath>
#include <utility>

#include "loadgen/core/assert.h"
#include "pgbench_mode/postgres_driver.h"

namespace loadgen::pgbench {

namespace {

/// What the server reports to a session whose database was made read-only.
constexpr const char* kReadOnly = "default_transaction_read_only";

}  // namespace

Client& PostgresDriver::add_client(ClientIdentity identity) {
  const Client::Surroundings around{setup_.readiness, *this,        setup_.scorer,  rules_,
                                    scripts_,         setup_.group, setup_.workload};
  clients_.push_back(std::make_unique<Client>(around, std::move(identity)));
  return *clients_.back();
}

Client& PostgresDriver::client_of(const Ticket& ticket) {
  if (ticket.client < identities_.clients.size()) return *clients_[ticket.client];
  Client*& client = surplus_[ticket.client];
  if (client == nullptr) {
    const auto number = static_cast<std::uint32_t>(surplus_.size() - 1);
    client = &add_client(identities_.surplus(number));
  }
  return *client;
}

void PostgresDriver::open_ahead(Instant now) {
  // Without a session to keep, one tells whether the server is there.
  const std::size_t wanted = keeps_open() ? clients_.size() : 1;
  for (std::size_t i = 0; i < wanted && problem_.empty(); ++i) {
    Client& client = *clients_[i];
    if (client.free.is_linked()) free_.erase(free_.iterator_to(client));
    if (client.session.state() == Session::State::dormant) attempt(client, now);
  }
}

Driver::Standing PostgresDriver::standing() const {
  const std::string& group = setup_.scenario.groups[setup_.group].name;
  if (!problem_.empty()) return {true, group + ": " + problem_};
  const std::size_t wanted =
      keeps_open() ? clients_.size() : std::min<std::size_t>(1, clients_.size());
  if (live_ >= wanted) return {true, {}};
  const std::string few = live_ == 0 ? "no connection yet"
                                     : "only " + std::to_string(live_) + " of " +
                                           std::to_string(wanted) + " connections are open";
  return {false, group + ": " + conninfo_.places.front().text() + ": " + few};
}

void PostgresDriver::ready(Pollable& pollable, const Readiness::Event& event) {
  if (&pollable == &mailbox_) return collect();
  auto& session = static_cast<Session&>(pollable);
  Client& client = session.client();
  switch (session.ready(event)) {
    case Session::Happening::nothing:
      return;
    case Session::Happening::input:
      return advanced(client, client.input(Clock::now()));
    case Session::Happening::lost: {
      // Nobody used it; or its ticket sleeps.
      const Instant now = Clock::now();
      if (client.running()) return advanced(client, client.connection_lost(now));
      problem_ = session.problem();
      return broken(client, now);
    }
  }
}

void PostgresDriver::attempt(Client& client, Instant now) {
  client.attempt = ++number_;
  client.resolve = Connected::kNone;
  connecting_[client.attempt] = &client;
  setup_.scorer.connect_attempted(setup_.group, setup_.workload, now);
  if (places_.known(now)) return order(client);
  client.session.becomes(Session::State::resolving);
  resolving_.push_back(&client);
  places_.ask();
}

void PostgresDriver::order(Client& client) {
  client.session.becomes(Session::State::connecting);
  connector_.order(client.attempt, places_.in_order(client.first_place));
}

void PostgresDriver::resolved(Instant now) {
  setup_.scorer.stage(setup_.group, setup_.workload, Measure::resolve, places_.took(), now);
  const bool found = places_.known(now);
  for (std::size_t left = resolving_.size(); left > 0 && !resolving_.empty(); --left) {
    Client& client = *resolving_.front();
    resolving_.pop_front();
    if (client.session.state() != Session::State::resolving) continue;
    client.resolve = places_.took();
    if (found) {
      order(client);
      continue;
    }
    connecting_.erase(client.attempt);
    Connected failed;
    failed.number = client.attempt;
    failed.failure = Outcome::dns;
    failed.begun = failed.ended = now;
    tell_attempt(failed, client.resolve);
    attempt_failed(client, Outcome::dns, places_.problem(), now);
  }
}

void PostgresDriver::collect() {
  for (Connected& connected : connector_.collect()) {
    const auto found = connecting_.find(connected.number);
    if (found == connecting_.end()) {
      tell_attempt(connected, Connected::kNone);
      connector_.dispose(std::move(connected.connection));  // nobody waits for it any more
      continue;
    }
    Client& client = *found->second;
    connecting_.erase(found);
    attempt_ended(client, connected, Clock::now());
  }
}

void PostgresDriver::attempt_ended(Client& client, Connected& connected, Instant now) {
  const std::pair<Measure, Duration> stages[] = {{Measure::connect, connected.connect},
                                                 {Measure::authenticate, connected.authenticate},
                                                 {Measure::role, connected.role}};
  for (const auto& [measure, took] : stages) {
    if (took != Connected::kNone)
      setup_.scorer.stage(setup_.group, setup_.workload, measure, took, now);
  }
  tell_attempt(connected, client.resolve);
  if (connected.connection == nullptr)
    return attempt_failed(client, connected.failure, connected.problem, now);
  if (!client.session.adopt(connected)) {
    connector_.dispose(std::move(connected.connection));
    return attempt_failed(client, Outcome::blind_no_socket, "too many open files", now);
  }
  established(client, now);
}

/// A probe's: each is told by itself. resolve: what looking up the hosts took before it.
void PostgresDriver::tell_attempt(const Connected& connected, Duration resolve) {
  if (!setup_.scorer.is_probe(setup_.workload) || !setup_.scorer.started()) return;
  const auto stage = [](Duration took) {
    return took == Connected::kNone ? std::nullopt : std::optional(took);
  };
  ProbeAttempt told;
  told.group = setup_.group;
  told.workload = setup_.workload;
  told.session = connected.number;
  told.begun = setup_.scorer.offset(connected.begun) - stage(resolve).value_or(Duration{0});
  told.ended = setup_.scorer.offset(connected.ended);
  told.outcome = connected.failure;
  told.unsuited = connected.unsuited;
  told.resolve = stage(resolve);
  told.connect = stage(connected.connect);
  told.authenticate = stage(connected.authenticate);
  told.role = stage(connected.role);
  setup_.scorer.probe_attempted(told);
}

void PostgresDriver::established(Client& client, Instant now) {
  client.attempt = 0;
  client.proven = false;
  client.read_only = client.session.reports_on(kReadOnly);
  connects_fail_ = false;
  without_connection_ = Outcome::not_sent_no_connection;
  ++live_;
  setup_.scorer.connect_ok(setup_.group, setup_.workload, now);
  if (given_up_) return;
  if (client.flight != nullptr) return begin(client, *client.flight, now);
  use(client, now);
}

void PostgresDriver::attempt_failed(Client& client, Outcome outcome, const std::string& problem,
                                    Instant now) {
  client.attempt = 0;
  client.failures += 1;
  client.session.becomes(Session::State::dormant);
  connects_fail_ = true;
  problem_ = problem;
  without_connection_ =
      outcome == Outcome::blind_no_socket ? outcome : Outcome::not_sent_no_connection;
  setup_.scorer.connect_failed(setup_.group, setup_.workload, outcome, now);
  if (client.flight != nullptr) end(*client.flight, outcome, now, problem);
  shed_waiting(now);
  if (given_up_) return;
  if (keeps_open()) return reconnect_later(client, backoff_of(client), now);
  use(client, now);
}

/// Takes the client's connection away, or calls its attempt off. → dormant. Its ticket, if any, is
/// the caller's.
void PostgresDriver::drop(Client& client) {
  if (client.free.is_linked()) free_.erase(free_.iterator_to(client));
  if (client.attempt != 0) {
    connecting_.erase(client.attempt);  // what the connector brings will be closed
    client.attempt = 0;
  } else if (client.session.live()) {
    --live_;
  }
  connector_.dispose(client.session.release());
}

/// Its connection is dead.
void PostgresDriver::broken(Client& client, Instant now) {
  if (!client.proven) client.failures += 1;
  drop(client);
  shed_waiting(now);
  if (given_up_) return;
  if (keeps_open()) reconnect_later(client, backoff_of(client), now);
}

/// Its session will refuse writes for ever, and another server may take them.
bool PostgresDriver::outlived(const Client& client, Outcome outcome) const {
  if (!conninfo_.replaces_read_only()) return false;
  if (outcome == Outcome::read_only) return true;
  return !client.read_only && client.session.reports_on(kReadOnly);
}

/// With no client connected, tickets that wait for any have none to be had.
void PostgresDriver::shed_waiting(Instant now) {
  if (live_ > 0 || !(keeps_open() || connects_fail_)) return;
  while (!waiting_.empty()) end(waiting_.front(), without_connection_, now, problem_);
}

/// Doubles from `initial` to `max` with the failures in a row; the second half of it is random, so
/// that sessions that died together do not come back together.
Duration PostgresDriver::backoff_of(const Client& client) {
  const double doublings = std::min<double>(client.failures > 0 ? client.failures - 1 : 0, 30);
  const double most = std::min(to_seconds(workload_.reconnect.max),
                               to_seconds(workload_.reconnect.initial) * std::pow(2.0, doublings));
  return from_seconds(most * (0.5 + 0.5 * jitter_.uniform()));
}

void PostgresDriver::reconnect_later(Client& client, Duration backoff, Instant now) {
  if (client.timer != 0) return;
  client.timer = ++number_;
  timers_.push({now + backoff, &client, client.timer});
}

/// A client of a closed loop whose writes are refused at once would ask again at once.
void PostgresDriver::rest(Client& client, Instant now) {
  client.failures += 1;
  reconnect_later(client, backoff_of(client), now);
}

void PostgresDriver::tick_timers(Instant now) {
  while (!timers_.empty() && timers_.top().at <= now) {
    Timer timer = timers_.top();
    timers_.pop();
    Client& client = *timer.client;
    if (client.timer != timer.number) continue;
    const bool reconnects = client.session.state() == Session::State::dormant;
    if (reconnects && !timer.reserved && next_reconnect_ > now) {
      timer.at = next_reconnect_;
      timer.reserved = true;
      next_reconnect_ += spacing_;
      timers_.push(timer);
      continue;
    }
    if (reconnects && !timer.reserved) next_reconnect_ = now + spacing_;
    client.timer = 0;
    timer_fired(client, now);
  }
}

void PostgresDriver::timer_fired(Client& client, Instant now) {
  if (given_up_ || client.left) return;
  if (client.session.state() == Session::State::dormant) {
    if (keeps_open() || client.flight != nullptr) attempt(client, now);
    return;
  }
  // It has rested.
  const bool waits = client.flight != nullptr && !client.running();
  if (waits && client.session.state() == Session::State::idle) begin(client, *client.flight, now);
}

}  // namespace loadgen::pgbench
