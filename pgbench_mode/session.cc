#include "pgbench_mode/session.h"

#include <cstring>
#include <system_error>
#include <utility>

#include "loadgen/core/assert.h"

namespace loadgen::pgbench {

namespace {
/// A TLS record holds up to 16 KiB of which libpq takes at least 8 at a time; what stays inside of
/// OpenSSL makes no socket readable.
constexpr int kReadsOfTls = 4;

void swallow_notice(void*, const PGresult*) {}

/// "canceling wait for synchronous replication due to user request". The text may be in any
/// language, and a pooler may leave the function out.
bool tells_of_cancelled_wait(const PGresult* notice) {
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(notice, code);
    return std::string_view(text == nullptr ? "" : text);
  };
  return field(PG_DIAG_SQLSTATE) == "01000" &&
         (field(PG_DIAG_SOURCE_FUNCTION) == "SyncRepWaitForLSN" ||
          field(PG_DIAG_MESSAGE_PRIMARY).find("wait for synchronous replication") !=
              std::string_view::npos);
}
}  // namespace

/// Called while libpq reads answers: ahead of the COMMIT's own.
void Session::take_notice(void* session, const PGresult* notice) {
  if (tells_of_cancelled_wait(notice)) static_cast<Session*>(session)->warned_unreplicated_ = true;
}

Session::Session(Readiness& readiness, Driver& owner, Client& user)
    : readiness_(readiness), client_(user) {
  driver = &owner;
}

Session::~Session() { release(); }

void Session::becomes(State state) {
  LG_ASSERT(connection_ == nullptr && state < State::idle);
  state_ = state;
}

bool Session::adopt(Connected& connected) {
  LG_ASSERT(state_ == State::connecting && connected.connection != nullptr);
  const int descriptor = PQsocket(connected.connection.get());
  try {
    readiness_.add(descriptor, *this, Readiness::read);
  } catch (const std::system_error&) {
    return false;
  }
  connection_ = std::move(connected.connection);
  prepared_ = std::move(connected.prepared);
  number_ = connected.number;
  descriptor_ = descriptor;
  interest_ = Readiness::read;
  ended_ = warned_unreplicated_ = false;
  PQsetNoticeReceiver(connection_.get(), take_notice, this);
  state_ = State::idle;
  return true;
}

PgconnHandle Session::release() {
  state_ = State::dormant;
  if (connection_ == nullptr) return {};
  PQsetNoticeReceiver(connection_.get(), swallow_notice, nullptr);
  // libpq closes the socket itself when it finds the connection dead, and with it goes the place in
  // the set; another connection's socket may have its number by now.
  if (PQsocket(connection_.get()) == descriptor_) readiness_.remove(descriptor_);
  descriptor_ = -1;
  return std::move(connection_);
}

void Session::want(std::uint32_t interest) {
  if (interest == interest_ || PQsocket(connection_.get()) != descriptor_) return;
  interest_ = interest;
  readiness_.change(descriptor_, *this, interest);
}

bool Session::flush() {
  const int left = PQflush(connection_.get());
  if (left < 0) return false;
  want(left > 0 ? Readiness::read | Readiness::write : Readiness::read);
  return true;
}

bool Session::sent() {
  state_ = State::busy;
  return flush();
}

Session::Happening Session::ready(const Readiness::Event& event) {
  if (!live()) return Happening::nothing;  // released earlier in this batch of events
  PGconn* connection = connection_.get();
  if (event.writable && !flush()) ended_ = true;
  if (event.readable || event.broken) {
    if (PQconsumeInput(connection) == 0) ended_ = true;
    if (PQsslInUse(connection) != 0) {
      for (int i = 1; i < kReadsOfTls && !ended_ && PQisBusy(connection) != 0; ++i)
        ended_ = PQconsumeInput(connection) == 0;
    }
  }
  if (state_ == State::busy) return Happening::input;
  // Parses what comes unasked: notices, settings that changed.
  if (!ended_) PQisBusy(connection);
  return ended_ || PQstatus(connection) == CONNECTION_BAD ? Happening::lost : Happening::nothing;
}

Session::Next Session::next(ResultHandle& result) {
  PGconn* connection = connection_.get();
  if (PQisBusy(connection) != 0) return ended_ ? Next::lost : Next::wait;
  result.reset(PQgetResult(connection));
  if (result != nullptr) return Next::result;
  return PQstatus(connection) == CONNECTION_BAD ? Next::lost : Next::end;
}

std::string Session::problem() const {
  std::string message = PQerrorMessage(connection_.get());
  while (!message.empty() && message.back() == '\n') message.pop_back();
  return message;
}

std::string Session::place() const {
  if (connection_ == nullptr) return {};
  const char* host = PQhost(connection_.get());
  return std::string(host == nullptr ? "" : host) + ", port " + PQport(connection_.get());
}

bool Session::reports_on(const char* setting) const {
  const char* value = PQparameterStatus(connection_.get(), setting);
  return value != nullptr && std::strcmp(value, "on") == 0;
}

}  // namespace loadgen::pgbench
