// Certificates for one test binary, made by the openssl command in a directory of their own, and a
// TLS end for the connections of a ScriptedServer.
#pragma once

#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "loadgen/core/scratch_directory.h"
#include "scripted_server.h"

namespace loadgen::test {

/// A CA, another CA that signed nothing, and certificates by the first one: for "localhost" and
/// 127.0.0.1, for "other.name", and of a client, whose key is in locked.key with a password, too.
class Certificates {
 public:
  /// Made once, on first use; removed at the end.
  static const Certificates& get() {
    static const Certificates kMade;
    return kMade;
  }
  std::string path(const std::string& name) const { return directory_.path() / name; }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

 private:
  Certificates() {
    std::signal(SIGPIPE, SIG_IGN);  // as main does: OpenSSL writes without MSG_NOSIGNAL
    authority("ca");
    authority("stranger");
    certificate("localhost", "DNS:localhost,IP:127.0.0.1");
    certificate("other", "DNS:other.name");
    certificate("client", "DNS:client");
    run("openssl ec -in client.key -aes256 -passout pass:x -out locked.key");
  }
  void run(const std::string& command) const {
    const std::string all = "cd '" + directory_.path().string() + "' && " + command + " >log 2>&1";
    REQUIRE(std::system(all.c_str()) == 0);
  }
  void authority(const std::string& name) const {
    run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" +
        name + " -keyout " + name + ".key -out " + name + ".pem");
  }
  void certificate(const std::string& name, const std::string& names) const {
    run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name +
        " -addext subjectAltName=" + names + " -keyout " + name + ".key -out " + name + ".csr");
    run("openssl x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 " +
        "-copy_extensions copy -out " + name + ".pem");
  }

  const ScratchDirectory directory_;
};

/// The server's end of TLS over a visitor's blocking socket.
class TlsVisitor {
 public:
  struct Options {
    std::string certificate = "localhost";
    bool wants_client_certificate = false;
    int version = TLS1_3_VERSION;
  };
  TlsVisitor(const Visitor& visitor, const Options& options)
      : context_(SSL_CTX_new(TLS_server_method())) {
    const Certificates& files = Certificates::get();
    SSL_CTX_set_max_proto_version(context_, options.version);
    SSL_CTX_use_certificate_file(context_, files.path(options.certificate + ".pem").c_str(),
                                 SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context_, files.path(options.certificate + ".key").c_str(),
                                SSL_FILETYPE_PEM);
    if (options.wants_client_certificate) {
      SSL_CTX_load_verify_locations(context_, files.path("ca.pem").c_str(), nullptr);
      SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    session_ = SSL_new(context_);
    SSL_set_fd(session_, visitor.descriptor());
    accepted_ = SSL_accept(session_) == 1;
  }
  ~TlsVisitor() {
    SSL_free(session_);
    SSL_CTX_free(context_);
  }
  TlsVisitor(const TlsVisitor&) = delete;
  TlsVisitor& operator=(const TlsVisitor&) = delete;

  bool accepted() const { return accepted_; }
  /// The next bytes, at most `most`; empty when the client is gone.
  std::string read(std::size_t most) {
    std::string bytes(most, '\0');
    const int got = SSL_read(session_, bytes.data(), static_cast<int>(most));
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }
  /// Head and body of the next request, of which nothing follows; empty when the client is gone.
  std::string read_request(std::size_t body = 0) {
    std::string request;
    for (;;) {
      const std::size_t head = request.find("\r\n\r\n");
      if (head != std::string::npos && request.size() >= head + 4 + body) return request;
      const std::string more = read(64 * 1024);
      if (more.empty()) return {};
      request += more;
    }
  }
  bool write(const std::string& bytes) {
    return SSL_write(session_, bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
  }
  void say_goodbye() { SSL_shutdown(session_); }

 private:
  SSL_CTX* context_;
  SSL* session_ = nullptr;
  bool accepted_ = false;
};

/// Answers every request with `answer` over TLS.
inline ScriptedServer::Script tls_answers(const TlsVisitor::Options& options,
                                          const std::string& answer) {
  return [options, answer](Visitor& visitor) {
    TlsVisitor tls(visitor, options);
    while (tls.accepted() && !tls.read_request().empty() && tls.write(answer)) {
    }
    // A close with bytes unread would be a reset, and overtake the alert.
    if (!tls.accepted()) visitor.wait_closed();
  };
}

}  // namespace loadgen::test
