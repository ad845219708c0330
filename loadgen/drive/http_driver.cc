#include "loadgen/drive/http_driver.h"

#include <algorithm>
#include <limits>

#include "loadgen/core/assert.h"
#include "loadgen/core/error.h"
#include "loadgen/plan/redact.h"

namespace loadgen {

namespace {

constexpr std::size_t kReceiveBuffer = 64 * 1024;

}  // namespace

HttpDriver::HttpDriver(const DriverSetup& setup)
    : setup_(setup),
      workload_(setup.scenario.workloads[setup.workload]),
      target_(HttpTarget::parse(setup.scenario.groups[setup.group].base_url)),
      requests_(setup.scenario, workload_, target_, setup.variables, setup.seed, setup.workload),
      scratch_(kReceiveBuffer),
      jitter_(setup.seed, static_cast<std::uint16_t>(setup.group * 256 + setup.workload),
              setup.share.index) {
  const Group& group = setup.scenario.groups[setup.group];
  if (target_.tls) tls_ = std::make_unique<TlsSettings>(group.tls, target_.host);
  if (workload_.http.served_by != "peer") wishes_.served_by_header = workload_.http.served_by;
  wishes_.body_contains = workload_.http.expect.body_contains;
  wishes_.status = workload_.http.expect.status;
  for (const Zone& zone : group.zones) {
    if (const auto network = Network::parse(zone.network)) zones_.emplace_back(*network, zone.name);
  }
  // In a closed loop the clients bound what is open.
  cap_ = workload_.closed_loop()
             ? std::numeric_limits<std::uint32_t>::max()
             : std::max<std::uint64_t>(1, part_of(workload_.max_in_flight, setup.share));
  target_size_ =
      std::min(cap_, std::max<std::uint64_t>(1, part_of(workload_.connections, setup.share)));
  // The cap is the target's, and each workload of the group has its part of it.
  const auto& workloads = setup.scenario.workloads;
  const auto sharing = std::count_if(workloads.begin(), workloads.end(), [](const Workload& w) {
    return w.kind == WorkloadKind::http;
  });
  spacing_ = from_seconds(static_cast<double>(sharing) * setup.share.of /
                          std::max(0.01, workload_.reconnect.per_second));
  if (const auto numeric = numeric_address(target_.host, target_.port)) {
    known_ = {*numeric};
    known_until_ = Instant::max();
  }
}

HttpDriver::~HttpDriver() {
  // Flights and connections are linked into lists of this object; unlink them before their storage
  // goes.
  by_deadline_.clear();
  waiting_.clear();
  first_byte_.clear();
  idle_.clear();
}

HttpDriver::Flight& HttpDriver::new_flight(const Ticket& ticket, std::uint16_t operation,
                                           Instant now) {
  if (free_flights_.empty()) {
    flights_.emplace_back();
    flights_.back().index = static_cast<std::int64_t>(flights_.size()) - 1;
    free_flights_.push_back(&flights_.back());
  }
  Flight& flight = *free_flights_.back();
  free_flights_.pop_back();
  flight.ticket = ticket;
  flight.operation = operation;
  flight.times = Times{};
  flight.times.intended = setup_.scorer.instant(ticket.intended);
  flight.times.taken_up = now;
  flight.deadline = flight.times.intended + workload_.timeout;
  flight.connection = nullptr;
  flight.retried = flight.tainted = false;
  by_deadline_.push_back(flight);
  ++open_;
  return flight;
}

std::uint16_t HttpDriver::operation_of(const Ticket& ticket) const {
  return requests_.choose(ticket.sequence);
}

void HttpDriver::perform(const Ticket& ticket, std::uint16_t operation, Instant now) {
  Flight& flight = new_flight(ticket, operation, now);
  const bool keep = workload_.closed_loop() || workload_.on_saturation == OnSaturation::queue;
  if (open_ > cap_) {
    if (!keep) return end(flight, Outcome::not_sent_cap, now);
    waiting_.push_back(flight);
    return;
  }
  if (!idle_.empty()) {
    HttpConnection& connection = idle_.front();
    idle_.pop_front();
    return send(connection, flight, now);
  }
  if (down() && !keep && waiting_.size() >= connecting()) return try_again(flight, now);
  waiting_.push_back(flight);
  if (down()) return;
  if (recovering_) {
    // Its timers fill the pool again; it is only helped when it has nothing at all.
    if (live_ + connecting() > 0 || next_reconnect_ > now) return;
    next_reconnect_ = now + spacing_;
  }
  grow(now);
}

void HttpDriver::send(HttpConnection& connection, Flight& flight, Instant now) {
  request_.clear();
  requests_.render(request_, flight.operation, flight.ticket);
  flight.connection = &connection;
  flight.times.sent = now;
  connection.flight = flight.index;
  if (workload_.first_byte_timeout > Duration{0}) first_byte_.push_back(flight);
  const auto happening = connection.send(request_, requests_.is_head(flight.operation));
  if (happening != HttpConnection::Happening::nothing) handle(connection, happening);
}

Outcome HttpDriver::judge(HttpConnection& connection) const {
  const HttpAnswer& answer = connection.answer();
  const int status = answer.status();
  if (!wishes_.good_status(status)) {
    if (status >= 500) return Outcome::http_5xx;
    if (status >= 400) return Outcome::http_4xx;
    return Outcome::status;
  }
  return answer.body_matched() ? Outcome::ok : Outcome::body;
}

void HttpDriver::answered(HttpConnection& connection) {
  Flight& flight = flight_of(connection);
  const Instant done = connection.happened_at();
  connection.answers += 1;
  connection.failures = 0;
  answers_fail_ = false;
  // Without keep-alive the pool never stays at its size: an answer is all that shows recovery.
  if (!workload_.http.keepalive) recovering_ = false;
  flight.times.first_byte = connection.first_byte_at();
  const Outcome outcome = judge(connection);
  end(flight, outcome, done);
  const std::uint32_t limit = workload_.http.requests_per_connection;
  const bool was_closed = !connection.live();
  if (!was_closed && connection.answer().keep_alive() && workload_.http.keepalive &&
      (limit == 0 || connection.answers < limit)) {
    return use(connection, done);
  }
  drop(connection);
  if (given_up_) return;
  // The end of its life was agreed on, so its successor needs no backoff.
  const bool needed =
      !waiting_.empty() || (workload_.http.keepalive && live_ + connecting() < target_size_);
  if (!needed) return;
  if (down()) return reconnect_later(connection, backoff_of(connection), done);
  grow(done);
}

void HttpDriver::broken(HttpConnection& connection) {
  Flight& flight = flight_of(connection);
  const Instant now = connection.happened_at();
  const Outcome outcome = connection.failure();
  const bool fresh = connection.answers == 0;
  const bool stale = !fresh && !connection.answer().anything() && !flight.retried && !down() &&
                     !given_up_ && requests_.is_idempotent(flight.operation) &&
                     (outcome == Outcome::reset || outcome == Outcome::closed);
  drop(connection);
  if (stale) {
    // The server may have closed it before our request came; a fresh connection tells.
    flight.retried = true;
    flight.times.sent = Times::kNone;
    flight.connection = nullptr;
    if (flight.first_byte.is_linked()) first_byte_.erase(first_byte_.iterator_to(flight));
    setup_.scorer.stale_retry(flight.ticket, flight.operation);
    HttpConnection* successor = dormant_or_new();
    flight.connection = successor;
    successor->flight = flight.index;
    return attempt(*successor, now);
  }
  if (fresh) {
    answers_fail_ = recovering_ = true;
    connection.failures += 1;
  }
  flight.connection = &connection;
  end(flight, outcome, now, connection.problem());
  if (fresh) shed_waiting(now);
  if (given_up_) return;
  reconnect_later(connection, backoff_of(connection), now);
  restore(now);
}

/// Ends a ticket: out of every list, scored, free for the next. Its connection is not touched.
void HttpDriver::end(Flight& flight, Outcome outcome, Instant now, const std::string& problem) {
  if (flight.tainted && outcome != Outcome::blind_aborted) outcome = Outcome::blind_stalled;
  if (flight.by_deadline.is_linked()) by_deadline_.erase(by_deadline_.iterator_to(flight));
  if (flight.waiting.is_linked()) waiting_.erase(waiting_.iterator_to(flight));
  if (flight.first_byte.is_linked()) first_byte_.erase(first_byte_.iterator_to(flight));
  flight.times.done = now;
  Ending ending;
  ending.ticket = flight.ticket;
  ending.operation = flight.operation;
  ending.outcome = outcome;
  ending.times = flight.times;
  HttpConnection* connection = flight.connection;
  ending.answered = outcome == Outcome::ok || outcome == Outcome::http_4xx ||
                    outcome == Outcome::http_5xx || outcome == Outcome::status ||
                    outcome == Outcome::body;
  if (ending.answered && connection != nullptr) {
    ending.served_by =
        workload_.http.served_by == "peer" ? &connection->zone : &connection->answer().served_by();
  }
  if (outcome != Outcome::ok) sample(flight, outcome, problem);
  setup_.scorer.end(ending);
  if (connection != nullptr) connection->flight = -1;
  flight.connection = nullptr;
  free_flights_.push_back(&flight);
  --open_;
}

void HttpDriver::sample(const Flight& flight, Outcome outcome, const std::string& problem) {
  const OutcomeKind kind = kind_of(outcome);
  if (kind != OutcomeKind::failed && kind != OutcomeKind::timed_out) return;
  if (!setup_.scorer.wants_sample(flight.ticket, flight.operation, outcome)) return;
  ErrorSample sample;
  sample.outcome = outcome;
  sample.traceparent = requests_.traceparent(flight.ticket);
  sample.excerpt = problem;
  if (HttpConnection* connection = flight.connection; connection != nullptr) {
    sample.peer = connection->has_peer() ? connection->peer().text() : target_.text;
    if (flight.times.sent != Times::kNone) {
      sample.status = connection->answer().status();
      const std::string& body = connection->answer().excerpt();
      if (!body.empty()) sample.excerpt = problem.empty() ? body : problem + "\n" + body;
    }
  } else {
    sample.peer = target_.text;
  }
  // Redacted before it is cut: the beginning of a secret would not be found.
  sample.excerpt = redact(sample.excerpt, setup_.secrets).substr(0, HttpAnswer::kExcerpt);
  setup_.scorer.add_sample(flight.ticket, flight.operation, std::move(sample));
}

void HttpDriver::deadline_passed(Flight& flight, Instant now) {
  HttpConnection* connection = flight.connection;
  if (connection == nullptr) {
    const bool saturated = live_ > 0 && !down() && !recovering_;
    const Outcome outcome = connecting() > 0 && live_ == 0 ? Outcome::connect_timeout
                            : saturated                    ? Outcome::not_sent_cap
                                                           : without_connection_;
    return end(flight, outcome, now, "no connection within the timeout");
  }
  const bool sent = flight.times.sent != Times::kNone;
  end(flight, sent ? Outcome::timed_out : Outcome::connect_timeout, now,
      sent ? "no complete answer within the timeout" : "no connection within the timeout");
  if (connection->attempt != 0) {
    setup_.scorer.connect_failed(setup_.group, setup_.workload, Outcome::connect_timeout, now);
  }
  // HTTP/1.1 has no way to take a request back but to hang up.
  drop(*connection);
  if (!given_up_) reconnect_later(*connection, workload_.reconnect.initial, now);
}

Instant HttpDriver::next_deadline() const {
  Instant next = Instant::max();
  if (!by_deadline_.empty()) next = by_deadline_.front().deadline;
  if (!first_byte_.empty())
    next = std::min(next, first_byte_.front().times.sent + workload_.first_byte_timeout);
  if (!attempts_.empty()) next = std::min(next, attempts_.front().deadline);
  if (!timers_.empty()) next = std::min(next, timers_.top().at);
  if (proven_at_ != Instant{}) next = std::min(next, proven_at_);
  return next;
}

void HttpDriver::tick(Instant now) {
  while (!by_deadline_.empty() && by_deadline_.front().deadline <= now)
    deadline_passed(by_deadline_.front(), now);
  while (!first_byte_.empty() &&
         first_byte_.front().times.sent + workload_.first_byte_timeout <= now) {
    Flight& flight = first_byte_.front();
    HttpConnection& connection = *flight.connection;
    if (connection.answer().anything()) {
      first_byte_.pop_front();
      continue;
    }
    end(flight, Outcome::first_byte_timeout, now, "no byte of an answer within first_byte_timeout");
    drop(connection);
    reconnect_later(connection, workload_.reconnect.initial, now);
  }
  tick_attempts(now);
  tick_timers(now);
  if (proven_at_ <= now) proven_at_ = Instant{};
}

void HttpDriver::taint() {
  for (Flight& flight : by_deadline_) flight.tainted = true;
}

void HttpDriver::give_up(Instant now, bool abort) {
  given_up_ = true;
  while (!by_deadline_.empty()) {
    Flight& flight = by_deadline_.front();
    HttpConnection* connection = flight.connection;
    end(flight, abort ? Outcome::blind_aborted : Outcome::unfinished, now);
    if (connection != nullptr) drop(*connection);
  }
  LG_ASSERT(open_ == 0);
}

}  // namespace loadgen
