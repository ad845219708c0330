// The connections of an HttpDriver: growing, reconnecting, giving them to tickets that wait.
#include <algorithm>
#include <cmath>

#include "loadgen/core/assert.h"
#include "loadgen/drive/http_driver.h"

namespace loadgen {

namespace {
/// How long the addresses of a name are used before it is looked up again: pods change address.
constexpr Duration kAddressesKept = std::chrono::seconds(1);
/// A server of TLS 1.3 judges the client's certificate after the client's handshake has ended: for
/// so long, and two round trips, it may still refuse.
constexpr Duration kTlsAfterthought = std::chrono::milliseconds(20);
}  // namespace

void HttpDriver::open_ahead(Instant now) {
  // Without keep-alive a connection opened ahead serves one request only; one tells whether the
  // target is there.
  const std::uint64_t wanted = workload_.http.keepalive ? target_size_ : 1;
  while (live_ + connecting() < wanted && problem_.empty()) {
    HttpConnection* connection = dormant_or_new();
    attempt(*connection, now);
  }
}

Driver::Standing HttpDriver::standing() const {
  const std::uint64_t wanted = workload_.http.keepalive ? target_size_ : 1;
  const std::string& group = setup_.scenario.groups[setup_.group].name;
  if (!problem_.empty()) return {true, group + ": " + target_.text + ": " + problem_};
  if (live_ >= wanted) return {proven_at_ == Instant{}, {}};
  const std::string few = live_ == 0 ? "no connection yet"
                                     : "only " + std::to_string(live_) + " of " +
                                           std::to_string(wanted) + " connections are open";
  return {false, group + ": " + target_.text + ": " + few};
}

void HttpDriver::ready(Pollable& pollable, const Readiness::Event& event) {
  auto& connection = static_cast<HttpConnection&>(pollable);
  handle(connection, connection.ready(event));
}

void HttpDriver::handle(HttpConnection& connection, HttpConnection::Happening happening) {
  using Happening = HttpConnection::Happening;
  switch (happening) {
    case Happening::nothing:
      return;
    case Happening::established:
      return established(connection, connection.happened_at());
    case Happening::attempt_failed:
      --attempting_;
      return attempt_failed(connection, connection.failure(), connection.problem(),
                            connection.happened_at());
    case Happening::answered:
      return answered(connection);
    case Happening::broken:
      return broken(connection);
    case Happening::closed_idle: {
      if (connection.answers == 0 && connection.failure() == Outcome::tls)
        problem_ = connection.problem();
      drop(connection);
      if (given_up_) return;
      // The server's right; tickets open new ones as they need them, and slowly the pool gets its
      // size back.
      reconnect_later(connection, workload_.reconnect.max, connection.happened_at());
    }
  }
}

/// Out of use and dormant, whatever it was. Its ticket, if any, is the caller's.
void HttpDriver::drop(HttpConnection& connection) {
  if (connection.idle.is_linked()) idle_.erase(idle_.iterator_to(connection));
  if (connection.attempt != 0) {
    // An attempt under way: resolving, or connecting.
    const auto resolving = std::find(resolving_.begin(), resolving_.end(), &connection);
    if (resolving != resolving_.end())
      resolving_.erase(resolving);
    else
      --attempting_;
    connection.attempt = 0;
  } else {
    --live_;
  }
  connection.close();
  connection.flight = -1;
  dormant_.push_back(&connection);
}

HttpConnection* HttpDriver::dormant_or_new() {
  if (!dormant_.empty()) {
    HttpConnection* connection = dormant_.back();
    dormant_.pop_back();
    if (connection->timer != 0) {
      connection->timer = 0;
      --armed_;
    }
    return connection;
  }
  return connections_.size() < cap_ ? &make_connection() : nullptr;
}

HttpConnection& HttpDriver::make_connection() {
  const HttpWiring wiring{setup_.readiness, wishes_, tls_.get(), scratch_};
  connections_.push_back(std::make_unique<HttpConnection>(wiring, *this));
  return *connections_.back();
}

/// Opens a connection for a ticket that found none idle.
void HttpDriver::grow(Instant now) {
  if (waiting_.size() <= connecting() && live_ + connecting() >= target_size_) return;
  if (HttpConnection* connection = dormant_or_new()) attempt(*connection, now);
}

void HttpDriver::attempt(HttpConnection& connection, Instant now) {
  connection.attempt = ++number_;
  setup_.scorer.connect_attempted(setup_.group, setup_.workload, now);
  attempts_.push_back({now + workload_.connect_timeout, &connection, connection.attempt});
  if (now < known_until_) {
    ++attempting_;
    return handle(connection, connection.begin(known_, next_address_++, now));
  }
  resolving_.push_back(&connection);
  if (asked_) return;  // one question serves all that wait
  asked_ = true;
  setup_.resolver.resolve(target_.host, target_.port,
                          [this](const Resolver::Answer& answer) { resolved(answer); });
}

void HttpDriver::resolved(const Resolver::Answer& answer) {
  const Instant now = Clock::now();
  setup_.scorer.stage(setup_.group, setup_.workload, Measure::resolve, answer.took, now);
  asked_ = false;
  known_ = answer.addresses;
  known_until_ = known_.empty() ? now : now + kAddressesKept;
  // One by one: those whose turn has not come still count as connecting.
  for (std::size_t left = resolving_.size(); left > 0 && !resolving_.empty(); --left) {
    HttpConnection& connection = *resolving_.front();
    resolving_.pop_front();
    if (known_.empty()) {
      attempt_failed(connection, Outcome::dns,
                     "can't resolve \"" + target_.host + "\": " + answer.problem, now);
      continue;
    }
    ++attempting_;
    handle(connection, connection.begin(known_, next_address_++, now));
  }
}

void HttpDriver::established(HttpConnection& connection, Instant now) {
  --attempting_;
  ++live_;
  connection.attempt = 0;
  connects_fail_ = false;
  without_connection_ = Outcome::not_sent_no_connection;
  if (live_ >= target_size_) recovering_ = false;
  if (!given_up_) restore(now);
  setup_.scorer.connect_ok(setup_.group, setup_.workload, now);
  setup_.scorer.stage(setup_.group, setup_.workload, Measure::connect,
                      connection.connected_at() - connection.begun_at(), now);
  if (tls_ != nullptr) {
    const Duration handshake = now - connection.connected_at();
    setup_.scorer.stage(setup_.group, setup_.workload, Measure::tls, handshake, now);
    if (!setup_.scorer.started()) proven_at_ = now + kTlsAfterthought + 2 * handshake;
  }
  if (workload_.http.served_by == "peer") {
    connection.zone = connection.peer().host();
    for (const auto& [network, name] : zones_) {
      if (network.contains(connection.peer())) connection.zone = name;
    }
  }
  use(connection, now);
}

/// Gives a free connection to the ticket that its attempt was for, to the one that waits longest,
/// or to the idle list.
void HttpDriver::use(HttpConnection& connection, Instant now) {
  if (connection.flight >= 0) return send(connection, flight_of(connection), now);
  if (!waiting_.empty()) {
    Flight& flight = waiting_.front();
    waiting_.pop_front();
    return send(connection, flight, now);
  }
  idle_.push_back(connection);
}

void HttpDriver::attempt_failed(HttpConnection& connection, Outcome outcome,
                                const std::string& problem, Instant now) {
  connection.attempt = 0;
  connection.failures += 1;
  connects_fail_ = recovering_ = true;
  problem_ = problem;
  without_connection_ =
      outcome == Outcome::blind_no_socket ? outcome : Outcome::not_sent_no_connection;
  setup_.scorer.connect_failed(setup_.group, setup_.workload, outcome, now);
  dormant_.push_back(&connection);
  if (connection.flight >= 0) {
    Flight& flight = flight_of(connection);
    end(flight, outcome, now, problem);
  } else if (!waiting_.empty() && (workload_.closed_loop() || waiting_.size() > connecting())) {
    end(waiting_.front(), outcome, now, problem);
  }
  shed_waiting(now);
  if (given_up_) return;
  reconnect_later(connection, backoff_of(connection), now);
  restore(now);
}

/// A ticket finds the target down. It makes an attempt of its own when the cap of attempts per
/// second allows one: what comes of that is what a user would see.
void HttpDriver::try_again(Flight& flight, Instant now) {
  HttpConnection* connection = now >= next_reconnect_ ? dormant_or_new() : nullptr;
  if (connection == nullptr) return end(flight, without_connection_, now, problem_);
  next_reconnect_ = now + spacing_;
  waiting_.push_back(flight);
  attempt(*connection, now);
}

/// While the target is down one timer probes it, beside the attempts of tickets; once it is up,
/// every connection that the pool lacks gets a timer, and the cap of attempts per second spaces
/// them. The clients of a closed loop have only their timers.
void HttpDriver::restore(Instant now) {
  if (!recovering_ || !lacking()) return;
  // Leaves alone what is armed already.
  for (HttpConnection* connection : dormant_)
    reconnect_later(*connection, backoff_of(*connection), now);
  while (lacking() && connections_.size() < cap_) {
    HttpConnection& connection = make_connection();
    dormant_.push_back(&connection);
    reconnect_later(connection, backoff_of(connection), now);
  }
}

/// With no connection left, tickets beyond the attempts under way have none to be had.
void HttpDriver::shed_waiting(Instant now) {
  if (live_ > 0 || workload_.closed_loop() || workload_.on_saturation == OnSaturation::queue)
    return;
  while (waiting_.size() > connecting()) end(waiting_.front(), without_connection_, now, problem_);
}

bool HttpDriver::lacking() const {
  // While the target is down, tickets make attempts of their own: one timer beside them will do.
  if (down() && !workload_.closed_loop() && armed_ > 0) return false;
  return live_ + connecting() + armed_ < target_size_;
}

/// Doubles from `initial` to `max` with the failures in a row; the second half of it is random, so
/// that connections that died together do not come back together.
Duration HttpDriver::backoff_of(const HttpConnection& connection) {
  const double doublings =
      std::min<double>(connection.failures > 0 ? connection.failures - 1 : 0, 30);
  const double most = std::min(to_seconds(workload_.reconnect.max),
                               to_seconds(workload_.reconnect.initial) * std::pow(2.0, doublings));
  return from_seconds(most * (0.5 + 0.5 * jitter_.uniform()));
}

void HttpDriver::reconnect_later(HttpConnection& connection, Duration backoff, Instant now) {
  if (!lacking() || connection.timer != 0) return;
  connection.timer = ++number_;
  ++armed_;
  timers_.push({now + backoff, &connection, connection.timer, false});
}

void HttpDriver::tick_attempts(Instant now) {
  while (!attempts_.empty() && attempts_.front().deadline <= now) {
    const Attempt overdue = attempts_.front();
    attempts_.pop_front();
    HttpConnection& connection = *overdue.connection;
    if (connection.attempt != overdue.number) continue;  // it ended in time
    const std::int64_t flight = connection.flight;
    drop(connection);
    dormant_.pop_back();  // attempt_failed puts it there
    connection.flight = flight;
    attempt_failed(connection, Outcome::connect_timeout, "no connection within connect_timeout",
                   now);
  }
}

void HttpDriver::tick_timers(Instant now) {
  while (!timers_.empty() && timers_.top().at <= now) {
    Timer timer = timers_.top();
    timers_.pop();
    HttpConnection& connection = *timer.connection;
    if (connection.timer != timer.number) continue;  // it found another use
    // Without keep-alive only an outage is a reason to open a connection that no ticket waits for.
    const bool wanted = workload_.http.keepalive || recovering_;
    const bool needed = (wanted && live_ + connecting() < target_size_) || !waiting_.empty();
    if (given_up_ || !needed) {
      connection.timer = 0;
      --armed_;
      continue;
    }
    if (!timer.reserved && next_reconnect_ > now) {
      timer.at = next_reconnect_;
      timer.reserved = true;
      next_reconnect_ += spacing_;
      timers_.push(timer);
      continue;
    }
    if (!timer.reserved) next_reconnect_ = now + spacing_;
    connection.timer = 0;
    --armed_;
    dormant_.erase(std::find(dormant_.begin(), dormant_.end(), &connection));
    attempt(connection, now);
  }
}

}  // namespace loadgen
