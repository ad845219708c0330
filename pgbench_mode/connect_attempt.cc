#include "pgbench_mode/connect_attempt.h"

#include <poll.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "pgbench_mode/sqlstate.h"

namespace loadgen::pgbench {

namespace {

/// libpq prints notices to stderr; a load generator's stderr is its own.
void swallow_notice(void*, const PGresult*) {}

PGconn* start(const ConnectWishes& wishes, const Place& place) {
  std::vector<const char*> names, values;
  const auto add = [&](const char* name, const std::string& value) {
    names.push_back(name);
    values.push_back(value.c_str());
  };
  for (const auto& [name, value] : wishes.settings) add(name.c_str(), value);
  if (!place.host.empty()) add("host", place.host);
  if (!place.address.empty()) add("hostaddr", place.address);
  if (!place.port.empty()) add("port", place.port);
  // Roles are checked here, so that the list of hosts is ours; PGTARGETSESSIONATTRS must not
  // meddle.
  const std::string any = "any";
  const bool by_service = place == Place{};
  if (!by_service) add("target_session_attrs", any);
  names.push_back(nullptr);
  values.push_back(nullptr);
  return PQconnectStartParams(names.data(), values.data(), 0);
}

std::string error_of(PGconn* connection) {
  std::string message = PQerrorMessage(connection);
  while (!message.empty() && message.back() == '\n') message.pop_back();
  return message;
}

bool is_on(const char* parameter) { return std::strcmp(parameter, "on") == 0; }

bool is_socket_file(PGconn* connection) {
  const char* host = PQhost(connection);
  return host != nullptr && *host == '/';
}

/// The class of an attempt that failed in `state` without the server's word.
Outcome class_of(ConnStatusType state, const std::string& message, PGconn* connection) {
  const auto says = [&](int error) {
    return message.find(std::strerror(error)) != std::string::npos;
  };
  switch (state) {
    case CONNECTION_NEEDED:
    case CONNECTION_STARTED:
    case CONNECTION_BAD:
      // A socket file that is not there is a server that is not there.
      if (says(ECONNREFUSED) || (says(ENOENT) && is_socket_file(connection)))
        return Outcome::connect_refused;
      if (says(ETIMEDOUT)) return Outcome::connect_timeout;
      if (says(EMFILE) || says(ENFILE) || says(EADDRNOTAVAIL) || says(ENOBUFS) || says(ENOMEM))
        return Outcome::blind_no_socket;
      return Outcome::connect_other;
    case CONNECTION_SSL_STARTUP:
      return Outcome::tls;
    default:
      return PQconnectionNeedsPassword(connection) != 0 ? Outcome::sql_28 : Outcome::connection;
  }
}

bool suits(SessionRole role, bool takes_writes, bool in_recovery) {
  switch (role) {
    case SessionRole::any:
      return true;
    case SessionRole::read_write:
      return takes_writes;
    case SessionRole::read_only:
      return !takes_writes;
    case SessionRole::primary:
      return !in_recovery;
    case SessionRole::standby:
    case SessionRole::prefer_standby:
      return in_recovery;
  }
  return true;
}

/// libpq's words for a server that lacks the role.
const char* unsuited(SessionRole role) {
  switch (role) {
    case SessionRole::read_write:
      return "session is read-only";
    case SessionRole::read_only:
      return "session is not read-only";
    case SessionRole::primary:
      return "server is in hot standby mode";
    default:
      return "server is not in hot standby mode";
  }
}

}  // namespace

ConnectAttempt::ConnectAttempt(const ConnectWishes& wishes, std::uint64_t number,
                               std::vector<Place> places, Instant now)
    : wishes_(wishes), places_(std::move(places)) {
  result_.number = number;
  result_.begun = now;
  begin_place(now);
}

void ConnectAttempt::begin_place(Instant now) {
  begun_ = now;
  connected_ = authenticated_ = Instant{};
  result_.connect = result_.authenticate = result_.role = Connected::kNone;
  deadline_ = now + wishes_.timeout;
  state_ = State::connecting;
  events_ = POLLOUT;
  connection_.reset(start(wishes_, places_[result_.place]));
  if (connection_ == nullptr) return place_failed(Outcome::connect_other, "out of memory", now);
  // The only way to learn the SQLSTATE of a refusal; see take_sqlstate.
  PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(connection_.get(), swallow_notice, nullptr);
  if (PQstatus(connection_.get()) == CONNECTION_BAD) connection_failed(CONNECTION_BAD, now);
}

void ConnectAttempt::place_failed(Outcome outcome, std::string problem, Instant now) {
  connection_.reset();
  // What a server said goes before a shortage of ours.
  if (result_.problem.empty() || outcome != Outcome::blind_no_socket) result_.failure = outcome;
  if (!result_.problem.empty()) result_.problem += '\n';
  result_.problem += problem;
  if (++result_.place < places_.size()) return begin_place(now);
  if (wishes_.role == SessionRole::prefer_standby && !any_role_) {
    // As libpq does: a second round that takes anything.
    any_role_ = true;
    result_.place = 0;
    return begin_place(now);
  }
  result_.place = places_.size() - 1;
  result_.ended = now;
  state_ = State::over;
}

void ConnectAttempt::connection_failed(ConnStatusType before, Instant now) {
  std::string message = error_of(connection_.get());
  const std::string sqlstate = take_sqlstate(message);
  const Outcome outcome = sqlstate.empty() ? class_of(before, message, connection_.get())
                                           : outcome_of_sqlstate(sqlstate);
  place_failed(outcome, std::move(message), now);
}

void ConnectAttempt::advance(Instant now) {
  if (now >= deadline_) {
    const std::string where = places_[result_.place].text();
    return place_failed(Outcome::connect_timeout,
                        "connection to server at " + where + " failed: timeout expired", now);
  }
  switch (state_) {
    case State::connecting:
      return poll_connection(now);
    case State::asking:
      if (!flush() || PQconsumeInput(connection_.get()) == 0) return lost(now);
      return read_role(now);
    case State::preparing:
      if (!flush() || PQconsumeInput(connection_.get()) == 0) return lost(now);
      return read_prepared(now);
    case State::over:
      return;
  }
}

void ConnectAttempt::poll_connection(Instant now) {
  PGconn* connection = connection_.get();
  const ConnStatusType before = PQstatus(connection);
  const PostgresPollingStatusType wants = PQconnectPoll(connection);
  const ConnStatusType after = PQstatus(connection);
  const bool through = after != CONNECTION_NEEDED && after != CONNECTION_STARTED &&
                       (after != CONNECTION_BAD || before != CONNECTION_STARTED);
  if (connected_ == Instant{} && through) {
    connected_ = now;
    result_.connect = now - begun_;
  }
  switch (wants) {
    case PGRES_POLLING_READING:
      events_ = POLLIN;
      return;
    case PGRES_POLLING_WRITING:
      events_ = POLLOUT;
      return;
    case PGRES_POLLING_OK:
      return authenticated(Clock::now());  // a SCRAM step takes milliseconds
    default:
      return connection_failed(before, now);
  }
}

void ConnectAttempt::authenticated(Instant now) {
  authenticated_ = now;
  result_.authenticate = now - connected_;
  PGconn* connection = connection_.get();
  PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
  PQsetnonblocking(connection, 1);
  if (wishes_.role == SessionRole::any || any_role_) return send_prepare(now);
  const char* standby = PQparameterStatus(connection, "in_hot_standby");
  const char* read_only = PQparameterStatus(connection, "default_transaction_read_only");
  if (standby != nullptr && read_only != nullptr)
    return role_known(!is_on(standby) && !is_on(read_only), is_on(standby), now);
  state_ = State::asking;
  if (PQsendQuery(connection,
                  "SELECT pg_catalog.current_setting('transaction_read_only'), "
                  "CASE WHEN pg_catalog.pg_is_in_recovery() THEN 'on' ELSE 'off' END") == 0 ||
      !flush()) {
    lost(now);
  }
}

void ConnectAttempt::read_role(Instant now) {
  PGconn* connection = connection_.get();
  bool known = false, takes_writes = false, in_recovery = false;
  while (PQisBusy(connection) == 0) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(connection), PQclear);
    if (result == nullptr) return known ? role_known(takes_writes, in_recovery, now) : lost(now);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return lost(now);
    known = true;
    takes_writes = !is_on(PQgetvalue(result.get(), 0, 0));
    in_recovery = is_on(PQgetvalue(result.get(), 0, 1));
  }
  if (known) role_known(takes_writes, in_recovery, now);
}

void ConnectAttempt::role_known(bool takes_writes, bool in_recovery, Instant now) {
  result_.role = now - authenticated_;
  if (suits(wishes_.role, takes_writes, in_recovery)) return send_prepare(now);
  result_.unsuited = true;
  place_failed(Outcome::read_only,
               "connection to server at " + places_[result_.place].text() +
                   " failed: " + unsuited(wishes_.role),
               now);
}

/// All in one go, so that a session costs one round trip, however many statements it has. Each has
/// a Sync of its own: one that fails (its table may come to be later) does not fail the others.
void ConnectAttempt::send_prepare(Instant now) {
  result_.prepared.assign(wishes_.prepared.size(), false);
  if (wishes_.prepared.empty()) return finish(now);
  PGconn* connection = connection_.get();
  state_ = State::preparing;
  syncs_ = 0;
  prepare_failed_ = false;
  if (PQenterPipelineMode(connection) == 0) return lost(now);
  for (const ConnectWishes::Prepared& one : wishes_.prepared) {
    if (PQsendPrepare(connection, one.name.c_str(), one.text.c_str(), 0, nullptr) == 0 ||
        PQpipelineSync(connection) == 0) {
      return lost(now);
    }
  }
  if (!flush()) lost(now);
}

void ConnectAttempt::read_prepared(Instant now) {
  PGconn* connection = connection_.get();
  while (PQisBusy(connection) == 0) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(connection), PQclear);
    if (result == nullptr) continue;  // between two statements
    switch (PQresultStatus(result.get())) {
      case PGRES_COMMAND_OK:
        result_.prepared[syncs_] = true;
        break;
      case PGRES_PIPELINE_SYNC:
        if (++syncs_ < wishes_.prepared.size()) break;
        if (PQexitPipelineMode(connection) == 0) return lost(now);
        return finish(now);
      default:
        if (PQstatus(connection) == CONNECTION_BAD) return lost(now);
    }
  }
}

/// The connection died after it was authenticated.
void ConnectAttempt::lost(Instant now) {
  place_failed(Outcome::connection, error_of(connection_.get()), now);
}

void ConnectAttempt::finish(Instant now) {
  result_.connection = std::move(connection_);
  result_.failure = Outcome::ok;
  result_.problem.clear();
  result_.ended = now;
  state_ = State::over;
}

bool ConnectAttempt::flush() {
  const int left = PQflush(connection_.get());
  events_ = left > 0 ? POLLIN | POLLOUT : POLLIN;
  return left >= 0;
}

}  // namespace loadgen::pgbench
