#include "loadgen/drive/http_connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "loadgen/core/assert.h"
#include "loadgen/drive/driver.h"

namespace loadgen {

namespace {

/// The class of a connection that died under a request.
Outcome broken_class(int error) {
  return error == ECONNRESET || error == EPIPE ? Outcome::reset : Outcome::closed;
}

/// The same for TLS: an alert, such as that of a server that misses a client certificate, is no
/// reset.
Outcome broken_class(const TlsSession& session) {
  return session.refused() ? Outcome::tls : Outcome::reset;
}

}  // namespace

HttpConnection::HttpConnection(const HttpWiring& wiring, Driver& owner)
    : wiring_(wiring), answer_(wiring.wishes) {
  driver = &owner;
}

HttpConnection::~HttpConnection() { close(); }

void HttpConnection::want(std::uint32_t interest) {
  if (interest == interest_) return;
  interest_ = interest;
  wiring_.readiness.change(descriptor_, *this, interest);
}

void HttpConnection::close() {
  tls_.reset();
  if (descriptor_ >= 0)
    ::close(descriptor_);  // leaves the epoll set with it: nobody else holds the descriptor
  descriptor_ = -1;
  state_ = State::dormant;
  unsent_.clear();
  unsent_begin_ = 0;
}

HttpConnection::Happening HttpConnection::fail(Happening how, Outcome outcome,
                                               std::string problem) {
  failure_ = outcome;
  problem_ = std::move(problem);
  happened_at_ = Clock::now();
  close();
  return how;
}

HttpConnection::Happening HttpConnection::begin(const std::vector<Address>& addresses,
                                                std::size_t first, Instant now) {
  LG_ASSERT(state_ == State::dormant && !addresses.empty());
  if (&addresses != &addresses_) addresses_ = addresses;
  address_ = first % addresses_.size();
  tried_ = 0;
  refusal_ = 0;
  answers = 0;
  begun_at_ = now;
  return connect_next(now);
}

void HttpConnection::note_refusal(int error) {
  if (refusal_ == 0 || is_own_shortage(refusal_)) refusal_ = error;
}

/// Tries addresses until one does not fail at once.
HttpConnection::Happening HttpConnection::connect_next(Instant now) {
  for (; tried_ < addresses_.size(); ++tried_, address_ = (address_ + 1) % addresses_.size()) {
    const ConnectStart start = start_connect(addresses_[address_]);
    const int error = start.error;
    if (start.descriptor < 0) {
      note_refusal(error);
      continue;
    }
    descriptor_ = start.descriptor;
    state_ = State::connecting;
    interest_ = error == 0 ? Readiness::read : Readiness::write;
    try {
      wiring_.readiness.add(descriptor_, *this, interest_);
    } catch (const std::system_error& refused) {
      return fail(Happening::attempt_failed, connect_class(refused.code().value()), refused.what());
    }
    happened_at_ = now;
    return error == 0 ? connected() : Happening::nothing;
  }
  return fail(Happening::attempt_failed, connect_class(refusal_), std::strerror(refusal_));
}

HttpConnection::Happening HttpConnection::connected() {
  connected_at_ = happened_at_ = Clock::now();
  if (wiring_.tls == nullptr) {
    want(Readiness::read);
    state_ = State::idle;
    return Happening::established;
  }
  state_ = State::handshaking;
  tls_ = std::make_unique<TlsSession>(*wiring_.tls, descriptor_);
  return handshake();
}

HttpConnection::Happening HttpConnection::handshake() {
  const TlsSession::Step step = tls_->handshake();
  happened_at_ = Clock::now();
  switch (step) {
    case TlsSession::Step::done:
      want(Readiness::read);
      state_ = State::idle;
      return Happening::established;
    case TlsSession::Step::wants_read:
      want(Readiness::read);
      return Happening::nothing;
    case TlsSession::Step::wants_write:
      want(Readiness::write);
      return Happening::nothing;
    case TlsSession::Step::closed:
      return fail(Happening::attempt_failed, Outcome::tls, "closed during the TLS handshake");
    case TlsSession::Step::failed:
      break;
  }
  return fail(Happening::attempt_failed, Outcome::tls, tls_->problem());
}

HttpConnection::Happening HttpConnection::send(std::string_view request, bool head) {
  LG_ASSERT(state_ == State::idle);
  answer_.begin(head);
  first_byte_at_ = Instant{};
  state_ = State::sending;
  if (tls_ == nullptr) {
    const ssize_t sent = ::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(request.size())) {
      state_ = State::receiving;
      return Happening::nothing;
    }
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
      return fail(Happening::broken, broken_class(errno), std::strerror(errno));
    }
    if (sent > 0) request.remove_prefix(static_cast<std::size_t>(sent));
  }
  unsent_.assign(request);
  unsent_begin_ = 0;
  return flush();
}

HttpConnection::Happening HttpConnection::flush() {
  while (!all_sent()) {
    const char* bytes = unsent_.data() + unsent_begin_;
    const std::size_t length = unsent_.size() - unsent_begin_;
    std::size_t count = 0;
    if (tls_ != nullptr) {
      const TlsSession::Step step = tls_->write(bytes, length, count);
      if (step == TlsSession::Step::wants_read) {
        want(Readiness::read);
        return Happening::nothing;
      }
      if (step == TlsSession::Step::wants_write) {
        want(Readiness::read | Readiness::write);
        return Happening::nothing;
      }
      if (step != TlsSession::Step::done) {
        return fail(Happening::broken, broken_class(*tls_), tls_->problem());
      }
    } else {
      const ssize_t sent = ::send(descriptor_, bytes, length, MSG_NOSIGNAL);
      if (sent < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK) {
          return fail(Happening::broken, broken_class(errno), std::strerror(errno));
        }
        want(Readiness::read | Readiness::write);
        return Happening::nothing;
      }
      count = static_cast<std::size_t>(sent);
    }
    unsent_begin_ += count;
  }
  unsent_.clear();
  unsent_begin_ = 0;
  want(Readiness::read);
  state_ = State::receiving;
  return Happening::nothing;
}

HttpConnection::Happening HttpConnection::ready(const Readiness::Event& event) {
  switch (state_) {
    case State::dormant:
      return Happening::nothing;  // closed earlier in this batch of events
    case State::connecting: {
      if (!event.writable && !event.broken) return Happening::nothing;
      const int error = socket_error(descriptor_);
      // Not writable: the event was for the socket that this one's was before in the same batch.
      if (error == 0) return event.writable ? connected() : Happening::nothing;
      ::close(descriptor_);
      descriptor_ = -1;
      note_refusal(error);
      ++tried_;
      address_ = (address_ + 1) % addresses_.size();
      return connect_next(Clock::now());
    }
    case State::handshaking:
      return handshake();
    case State::idle:
    case State::receiving:
      return receive();
    case State::sending: {
      if (event.writable || tls_ != nullptr) {
        const Happening happening = flush();
        if (happening != Happening::nothing) return happening;
      }
      // A server may answer, or hang up, before it has read the whole request.
      return event.readable || event.broken ? receive() : Happening::nothing;
    }
  }
  return Happening::nothing;
}

HttpConnection::Happening HttpConnection::receive() {
  for (;;) {
    std::size_t count = 0;
    bool ended = false;
    bool failed = false;
    if (tls_ != nullptr) {
      const TlsSession::Step step =
          tls_->read(wiring_.scratch.data(), wiring_.scratch.size(), count);
      if (step == TlsSession::Step::wants_read) return Happening::nothing;
      if (step == TlsSession::Step::wants_write) {
        want(Readiness::read | Readiness::write);
        return Happening::nothing;
      }
      ended = step == TlsSession::Step::closed;
      failed = step == TlsSession::Step::failed;
    } else {
      const ssize_t got = ::recv(descriptor_, wiring_.scratch.data(), wiring_.scratch.size(), 0);
      if (got < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return Happening::nothing;
        failed = true;
      }
      ended = got == 0;
      count = got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    const int error = errno;
    happened_at_ = Clock::now();
    if (state_ == State::idle) {
      if (failed && tls_ != nullptr)
        return fail(Happening::closed_idle, broken_class(*tls_), tls_->problem());
      if (count == 0) {
        close();
        return Happening::closed_idle;
      }
      // Bytes that nobody asked for: whatever they are, the next answer could not be told from
      // them.
      return fail(Happening::closed_idle, Outcome::protocol, "bytes without a request");
    }
    if (failed && tls_ != nullptr)
      return fail(Happening::broken, broken_class(*tls_), tls_->problem());
    if (failed) return fail(Happening::broken, broken_class(error), std::strerror(error));
    if (count > 0 && first_byte_at_ == Instant{}) first_byte_at_ = happened_at_;
    const HttpAnswer::Progress progress =
        ended ? answer_.end_of_stream() : answer_.take(wiring_.scratch.data(), count);
    if (progress == HttpAnswer::Progress::broken) {
      return fail(Happening::broken, ended ? Outcome::closed : Outcome::protocol,
                  answer_.problem());
    }
    if (progress == HttpAnswer::Progress::complete) {
      state_ = State::idle;
      if (ended || !all_sent()) close();
      return Happening::answered;
    }
    // What is left in the socket wakes us again; only what a TLS session has taken out of it must
    // be read now. (Reading on while there is anything would let one endless answer starve the
    // others.)
    if (tls_ == nullptr || !tls_->holds_bytes()) return Happening::nothing;
  }
}

}  // namespace loadgen
