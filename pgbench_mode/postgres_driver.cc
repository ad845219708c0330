#include "pgbench_mode/postgres_driver.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "loadgen/core/assert.h"
#include "loadgen/core/error.h"
#include "loadgen/plan/redact.h"
#include "pgbench_mode/workload_scripts.h"

namespace loadgen::pgbench {

namespace {

constexpr std::size_t kExcerpt = 2048;
/// Sequence numbers from here on are those of load faults (see Tickets), drawn apart from the plan.
constexpr std::uint64_t kSurplusSequences = std::uint64_t{1} << 48;

QueryMode mode_called(const std::string& name) {
  if (name == "extended") return QueryMode::extended;
  if (name == "prepared") return QueryMode::prepared;
  if (name == "simple") return QueryMode::simple;
  throw UserError("invalid query mode \"" + name + "\": simple, extended or prepared");
}

Crew crew_of(const DriverSetup& setup, const Workload& workload) {
  // In an open loop every share has tickets, so it needs a client, too.
  const std::uint32_t least = workload.closed_loop() ? 1 : setup.share.of;
  // The first workload has pgbench's own seeds; others must not repeat its values.
  return {.seed = setup.seed ^ (0x9e3779b97f4a7c15ULL * setup.workload),
          .clients = std::max(least, workload.pgbench.clients),
          .share = setup.share,
          .scale = workload.pgbench.scale,
          .define = workload.pgbench.define};
}

ConnectWishes wishes_of(const Conninfo& conninfo, const LoadedScripts& scripts, Duration timeout) {
  ConnectWishes wishes;
  wishes.settings = conninfo.settings;
  wishes.role = conninfo.role;
  wishes.timeout = timeout;
  wishes.prepared = scripts.prepared;
  return wishes;
}

LedgerStamp stamp_of(const DriverSetup& setup) {
  return {std::string(setup.run_id), setup.share.index};
}

}  // namespace

PostgresDriver::PostgresDriver(const DriverSetup& setup, PostgresOptions options)
    : setup_(setup),
      workload_(setup.scenario.workloads[setup.workload]),
      options_(std::move(options)),
      conninfo_(parse_conninfo(setup.scenario.groups[setup.group].dsn)),
      scripts_(options_.scripts.empty() ? scripts_of(workload_, stamp_of(setup))
                                        : std::move(options_.scripts),
               mode_called(workload_.pgbench.protocol)),
      identities_(crew_of(setup, workload_)),
      connector_(wishes_of(conninfo_, scripts_, workload_.connect_timeout)),
      places_(conninfo_, setup.resolver, [this](Instant now) { resolved(now); }),
      jitter_(setup.seed, static_cast<std::uint16_t>(setup.group * 256 + setup.workload),
              setup.share.index),
      choose_(identities_.choose) {
  rules_.max_tries = workload_.pgbench.max_tries;
  rules_.latency_limit = workload_.latency_limit;
  const bool ends_clients = workload_.pgbench.on_error == OnError::end_client;
  rules_.leave_after_sql_error = ends_clients || options_.leave_after_sql_error;
  rules_.leave_after_script_error = ends_clients || options_.leave_after_script_error;
  rules_.verbose = options_.verbose;
  rules_.say = options_.say;
  rules_.debug = options_.debug;
  cap_ = workload_.closed_loop()
             ? std::numeric_limits<std::uint32_t>::max()
             : std::max<std::uint64_t>(1, part_of(workload_.max_in_flight, setup.share));
  // The cap is the target's, and each workload of the group has its part of it.
  const auto& workloads = setup.scenario.workloads;
  const auto sharing = std::count_if(workloads.begin(), workloads.end(), [](const Workload& w) {
    return w.kind == WorkloadKind::pgbench;
  });
  spacing_ = from_seconds(static_cast<double>(sharing) * setup.share.of /
                          std::max(0.01, workload_.reconnect.per_second));
  for (ClientIdentity& identity : identities_.clients) {
    Client& client = add_client(std::move(identity));
    if (!keeps_open() && !workload_.closed_loop()) free_.push_back(client);
    if (conninfo_.shuffled) client.first_place = jitter_.next() % 1024;
  }
  mailbox_.driver = this;
  setup_.readiness.add(connector_.descriptor(), mailbox_, Readiness::read);
}

PostgresDriver::~PostgresDriver() {
  setup_.readiness.remove(connector_.descriptor());
  // Linked into lists of this object; unlink them before their storage goes.
  by_deadline_.clear();
  waiting_.clear();
  free_.clear();
  for (const auto& client : clients_) connector_.dispose(client->session.release());
}

Flight& PostgresDriver::new_flight(const Ticket& ticket, std::uint16_t operation, Instant now) {
  if (free_flights_.empty()) {
    flights_.emplace_back();
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
  flight.client = nullptr;
  flight.tainted = flight.answered = false;
  by_deadline_.push_back(flight);
  ++open_;
  return flight;
}

std::uint16_t PostgresDriver::operation_of(const Ticket& ticket) const {
  if (scripts_.scripts.size() == 1) return 0;
  if (ticket.sequence >= kSurplusSequences) {
    TicketRandom random(setup_.seed, setup_.workload, ticket.sequence);
    return scripts_.by_weight(random.between(0, scripts_.total_weight - 1));
  }
  // pgbench draws one number per transaction of a thread, in their order; so do we, and come back
  // to an earlier one only by beginning anew.
  const std::uint64_t wanted = ticket.sequence / setup_.share.of + 1;
  if (wanted < chosen_) {
    choose_ = identities_.choose;
    chosen_ = 0;
  }
  while (chosen_ < wanted) {
    choice_ = scripts_.by_weight(choose_.between(0, scripts_.total_weight - 1));
    ++chosen_;
  }
  return choice_;
}

void PostgresDriver::perform(const Ticket& ticket, std::uint16_t operation, Instant now) {
  Flight& flight = new_flight(ticket, operation, now);
  if (workload_.closed_loop())
    perform_closed(flight, now);
  else
    perform_open(flight, now);
}

void PostgresDriver::perform_closed(Flight& flight, Instant now) {
  Client& client = client_of(flight.ticket);
  LG_ASSERT(client.flight == nullptr);
  // A client that rests, or waits to reconnect, has a timer, which looks for the ticket.
  if (client.session.state() == Session::State::idle && client.timer == 0)
    return begin(client, flight, now);
  client.flight = &flight;
  flight.client = &client;
  if (client.session.state() != Session::State::dormant || client.timer != 0) return;
  if (client.failures > 0) return reconnect_later(client, backoff_of(client), now);
  attempt(client, now);
}

void PostgresDriver::perform_open(Flight& flight, Instant now) {
  const bool keep = workload_.on_saturation == OnSaturation::queue;
  if (open_ > cap_ && !keep) return end(flight, Outcome::not_sent_cap, now);
  if (free_.empty()) {
    if (keeps_open() && live_ == 0)
      return end(flight, without_connection_, now, problem_);
    waiting_.push_back(flight);
    return;
  }
  Client& client = free_.front();
  if (client.session.state() == Session::State::idle) {
    free_.pop_front();
    return begin(client, flight, now);
  }
  // Connects for its own ticket only; while that fails, no more often than the cap allows.
  if (connects_fail_ && now < next_reconnect_)
    return end(flight, without_connection_, now, problem_);
  if (connects_fail_) next_reconnect_ = now + spacing_;
  free_.pop_front();
  client.flight = &flight;
  flight.client = &client;
  attempt(client, now);
}

void PostgresDriver::begin(Client& client, Flight& flight, Instant now) {
  advanced(client, client.begin(flight, now));
}

void PostgresDriver::advanced(Client& client, Client::Progress progress) {
  if (progress == Client::Progress::ended) {
    conclude(client);
    return use(client, client.verdict().done);
  }
  if (!client.sleeping()) return;
  client.sleep = ++number_;
  sleeps_.push({client.sleeps_until(), &client, client.sleep});
}

/// Its ticket has ended.
void PostgresDriver::conclude(Client& client) {
  const Verdict& verdict = client.verdict();
  Flight& flight = *client.flight;
  flight.answered = !verdict.lost && flight.times.first_byte != Times::kNone;
  // A script without SQL.
  const bool sent_nothing = flight.times.sent == Times::kNone;
  if (sent_nothing && verdict.outcome == Outcome::ok) flight.times.sent = flight.times.taken_up;
  client.left = verdict.leaves;
  end(flight, verdict.outcome, verdict.done, verdict.problem);
  if (verdict.leaves) {
    drop(client);
    return shed_waiting(verdict.done);
  }
  if (verdict.lost) return broken(client, verdict.done);
  client.proven = true;
  if (verdict.outcome != Outcome::read_only) client.failures = 0;
  if (outlived(client, verdict.outcome)) {
    // Another server of the list may take writes: the attempt begins behind this one.
    client.first_place += 1;
    drop(client);
    return reconnect_later(client, workload_.reconnect.initial, verdict.done);
  }
  if (!keeps_open()) return drop(client);
  if (verdict.outcome == Outcome::read_only && workload_.closed_loop()) rest(client, verdict.done);
}

/// Gives a client that has no ticket the one that waits longest, or puts it down as free.
void PostgresDriver::use(Client& client, Instant now) {
  while (!workload_.closed_loop() && !client.left && !given_up_) {
    const bool idle = client.session.state() == Session::State::idle;
    if (!idle && (keeps_open() || client.session.state() != Session::State::dormant)) return;
    Flight* flight = next_waiting(now);
    if (flight == nullptr) return free_.push_back(client);
    if (!idle) {
      // After a failure shed_waiting has left none.
      client.flight = flight;
      flight->client = &client;
      return attempt(client, now);
    }
    const Client::Progress progress = client.begin(*flight, now);
    if (progress == Client::Progress::going) return advanced(client, progress);
    conclude(client);
    now = client.verdict().done;
  }
}

/// The ticket that waits longest and may still be sent.
Flight* PostgresDriver::next_waiting(Instant now) {
  while (!waiting_.empty()) {
    Flight& flight = waiting_.front();
    waiting_.pop_front();
    // pgbench's -R -L, whose queue loadgen pgbench asks for. Elsewhere the limit only tells what is
    // good: a ticket that can't be that any more is load nevertheless.
    const bool late = workload_.on_saturation == OnSaturation::queue && workload_.latency_limit &&
                      now - flight.times.intended > *workload_.latency_limit;
    if (!late) return &flight;
    end(flight, Outcome::not_sent_late_limit, now);
  }
  return nullptr;
}

/// Ends a ticket: out of every list, scored, free for the next. Its client's session is not
/// touched.
void PostgresDriver::end(Flight& flight, Outcome outcome, Instant now, const std::string& problem) {
  if (flight.tainted && outcome != Outcome::blind_aborted) outcome = Outcome::blind_stalled;
  if (flight.by_deadline.is_linked()) by_deadline_.erase(by_deadline_.iterator_to(flight));
  if (flight.waiting.is_linked()) waiting_.erase(waiting_.iterator_to(flight));
  flight.times.done = now;
  Client* client = flight.client;
  Ending ending;
  ending.ticket = flight.ticket;
  ending.operation = flight.operation;
  ending.outcome = outcome;
  ending.times = flight.times;
  ending.answered = flight.answered;
  ending.session = client == nullptr ? 0 : client->session.number();
  ending.client_ends = client != nullptr && client->left;
  if (outcome != Outcome::ok) sample(flight, outcome, problem);
  setup_.scorer.end(ending);
  if (options_.ended) {
    options_.ended({flight, outcome, client == nullptr ? -1 : client->number(),
                    client == nullptr ? 0 : client->tries()});
  }
  if (client != nullptr) client->flight = nullptr;
  flight.client = nullptr;
  free_flights_.push_back(&flight);
  --open_;
}

void PostgresDriver::sample(const Flight& flight, Outcome outcome, const std::string& problem) {
  const OutcomeKind kind = kind_of(outcome);
  if (kind != OutcomeKind::failed && kind != OutcomeKind::timed_out &&
      kind != OutcomeKind::in_doubt) {
    return;
  }
  if (!setup_.scorer.wants_sample(flight.ticket, flight.operation, outcome)) return;
  ErrorSample sample;
  sample.outcome = outcome;
  if (flight.client != nullptr) sample.peer = flight.client->session.place();
  if (sample.peer.empty()) sample.peer = conninfo_.places.front().text();
  // Redacted before it is cut: the beginning of a secret would not be found.
  sample.excerpt = redact(problem, setup_.secrets).substr(0, kExcerpt);
  setup_.scorer.add_sample(flight.ticket, flight.operation, std::move(sample));
}

void PostgresDriver::deadline_passed(Flight& flight, Instant now) {
  Client* client = flight.client;
  const bool running = client != nullptr && client->running();
  if (!running) {
    const bool attempting = client != nullptr && client->session.attempting();
    const Outcome outcome = attempting                       ? Outcome::connect_timeout
                            : live_ > 0 && client == nullptr ? Outcome::not_sent_cap
                                                             : without_connection_;
    end(flight, outcome, now, "no connection within the timeout");
    // Without a ticket it has no reason to connect.
    if (attempting && !keeps_open()) drop(*client);
    if (client != nullptr && !keeps_open()) use(*client, now);
    return;
  }
  // A COMMIT is never cancelled: whether it happened is not known, and trying to find out would
  // change it.
  const bool in_doubt = client->in_doubt();
  client->abandon();
  end(flight, in_doubt ? Outcome::in_doubt : Outcome::timed_out, now,
      "no complete answer within the timeout");
  drop(*client);
  shed_waiting(now);
  if (keeps_open()) return reconnect_later(*client, workload_.reconnect.initial, now);
  use(*client, now);
}

void PostgresDriver::tick_sleeps(Instant now) {
  while (!sleeps_.empty() && sleeps_.top().at <= now) {
    const Timer over = sleeps_.top();
    sleeps_.pop();
    Client& client = *over.client;
    if (client.sleep != over.number || !client.sleeping()) continue;
    advanced(client, client.wake(now));
  }
}

Instant PostgresDriver::next_deadline() const {
  Instant next = Instant::max();
  if (!by_deadline_.empty()) next = by_deadline_.front().deadline;
  if (!timers_.empty()) next = std::min(next, timers_.top().at);
  if (!sleeps_.empty()) next = std::min(next, sleeps_.top().at);
  return next;
}

void PostgresDriver::tick(Instant now) {
  while (!by_deadline_.empty() && by_deadline_.front().deadline <= now)
    deadline_passed(by_deadline_.front(), now);
  tick_sleeps(now);
  tick_timers(now);
}

void PostgresDriver::taint() {
  for (Flight& flight : by_deadline_) flight.tainted = true;
}

void PostgresDriver::give_up(Instant now, bool abort) {
  given_up_ = true;
  while (!by_deadline_.empty()) {
    Flight& flight = by_deadline_.front();
    Client* client = flight.client;
    const bool running = client != nullptr && client->running();
    const Outcome outcome = abort                           ? Outcome::blind_aborted
                            : running && client->in_doubt() ? Outcome::in_doubt
                                                            : Outcome::unfinished;
    if (running) client->abandon();
    end(flight, outcome, now, "the run ended before the answer");
    if (running) drop(*client);
  }
  LG_ASSERT(open_ == 0);
}

std::unique_ptr<Driver> make_postgres_driver(const DriverSetup& setup) {
  return make_postgres_driver(setup, {});
}

std::unique_ptr<Driver> make_postgres_driver(const DriverSetup& setup, PostgresOptions options) {
  return std::make_unique<PostgresDriver>(setup, std::move(options));
}

}  // namespace loadgen::pgbench
