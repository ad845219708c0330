// TLS on load connections: non-blocking OpenSSL sessions inside the drivers' own state machine.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "loadgen/plan/scenario.h"

struct ssl_ctx_st;
struct ssl_st;

namespace loadgen {

/// Settings for one target: verification against the system's or an own CA, client certificate.
/// Engine thread.
class TlsSettings {
 public:
  /// `host`: the name that the certificate must be for, and SNI. Throws UserError when a file can't
  /// be used.
  TlsSettings(const TlsFiles& files, const std::string& host);
  ~TlsSettings();
  TlsSettings(const TlsSettings&) = delete;
  TlsSettings& operator=(const TlsSettings&) = delete;

 private:
  friend class TlsSession;
  ssl_ctx_st* context_ = nullptr;
  std::string host_;
  bool verify_ = true;
};

/// One connection's session over a connected, non-blocking socket that it does not own. Engine
/// thread; never throws.
class TlsSession {
 public:
  TlsSession(const TlsSettings& settings, int descriptor);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  enum class Step { done, wants_read, wants_write, closed, failed };
  Step handshake();
  /// `count` bytes were read or written when the step is `done`; more may follow at once.
  Step read(char* bytes, std::size_t room, std::size_t& count);
  Step write(const char* bytes, std::size_t length, std::size_t& count);
  /// Some bytes were taken out of the socket and not read yet.
  bool holds_bytes() const;
  /// Why the last step failed, for people.
  const std::string& problem() const { return problem_; }
  /// It failed by TLS (an alert, a certificate, a record that is none), not by the socket.
  bool refused() const { return refused_; }

 private:
  Step step_of(int result);
  ssl_st* session_ = nullptr;
  std::string problem_;
  bool refused_ = false;
};

}  // namespace loadgen
