#include "loadgen/drive/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>

#include "loadgen/core/error.h"
#include "loadgen/drive/address.h"

namespace loadgen {

namespace {

std::string openssl_problem() {
  const unsigned long code = ERR_get_error();
  if (code == 0) return "unknown TLS error";
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason != nullptr ? reason : "TLS error " + std::to_string(code);
}

}  // namespace

TlsSettings::TlsSettings(const TlsFiles& files, const std::string& host)
    : context_(SSL_CTX_new(TLS_client_method())), host_(host), verify_(!files.insecure) {
  const auto refuse = [&](const std::string& what) {
    const std::string text = what + ": " + openssl_problem();
    SSL_CTX_free(context_);
    throw UserError(text);
  };
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                 SSL_MODE_RELEASE_BUFFERS);
  // A server that closes without close_notify is an end of stream, as without TLS; whether an
  // answer was cut is told by its own framing.
  SSL_CTX_set_options(context_, SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (verify_) {
    if (files.ca.empty()) {
      SSL_CTX_set_default_verify_paths(context_);
    } else if (SSL_CTX_load_verify_locations(context_, files.ca.c_str(), nullptr) != 1) {
      refuse("tls.ca \"" + files.ca + "\" can't be used");
    }
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  }
  // OpenSSL would ask at the terminal for the password of a locked key.
  SSL_CTX_set_default_passwd_cb(context_, [](char*, int, int, void*) { return 0; });
  if (!files.cert.empty() &&
      SSL_CTX_use_certificate_chain_file(context_, files.cert.c_str()) != 1) {
    refuse("tls.cert \"" + files.cert + "\" can't be used");
  }
  if (!files.key.empty() &&
      SSL_CTX_use_PrivateKey_file(context_, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    refuse("tls.key \"" + files.key + "\" can't be used");
  }
}

TlsSettings::~TlsSettings() { SSL_CTX_free(context_); }

TlsSession::TlsSession(const TlsSettings& settings, int descriptor)
    : session_(SSL_new(settings.context_)) {
  SSL_set_fd(session_, descriptor);
  SSL_set_connect_state(session_);
  const bool numeric = numeric_address(settings.host_, 0).has_value();
  if (!numeric) SSL_set_tlsext_host_name(session_, settings.host_.c_str());
  if (!settings.verify_) return;
  if (numeric) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session_), settings.host_.c_str());
  } else {
    SSL_set1_host(session_, settings.host_.c_str());
  }
}

TlsSession::~TlsSession() { SSL_free(session_); }

TlsSession::Step TlsSession::step_of(int result) {
  const int saved_errno = errno;
  switch (SSL_get_error(session_, result)) {
    case SSL_ERROR_NONE:
      return Step::done;
    case SSL_ERROR_WANT_READ:
      return Step::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return Step::wants_write;
    case SSL_ERROR_ZERO_RETURN:
      return Step::closed;
    case SSL_ERROR_SYSCALL:
      problem_ = saved_errno != 0 ? std::strerror(saved_errno) : "connection closed";
      ERR_clear_error();
      return saved_errno == 0 ? Step::closed : Step::failed;
    default:
      break;
  }
  refused_ = true;
  const long verified = SSL_get_verify_result(session_);
  if (verified != X509_V_OK && !SSL_is_init_finished(session_)) {
    problem_ = std::string("certificate refused: ") + X509_verify_cert_error_string(verified);
    ERR_clear_error();
  } else {
    problem_ = openssl_problem();
  }
  return Step::failed;
}

bool TlsSession::holds_bytes() const { return SSL_has_pending(session_) == 1; }

TlsSession::Step TlsSession::handshake() {
  ERR_clear_error();
  errno = 0;
  return step_of(SSL_do_handshake(session_));
}

TlsSession::Step TlsSession::read(char* bytes, std::size_t room, std::size_t& count) {
  ERR_clear_error();
  errno = 0;
  count = 0;
  return step_of(SSL_read_ex(session_, bytes, room, &count));
}

TlsSession::Step TlsSession::write(const char* bytes, std::size_t length, std::size_t& count) {
  ERR_clear_error();
  errno = 0;
  count = 0;
  return step_of(SSL_write_ex(session_, bytes, length, &count));
}

}  // namespace loadgen
