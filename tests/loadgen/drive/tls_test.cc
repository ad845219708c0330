#include "loadgen/drive/tls.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>

#include "certificates.h"
#include "loadgen/core/error.h"
#include "loadgen/drive/address.h"
#include "scripted_server.h"

namespace loadgen {
namespace {

using test::Certificates;
using test::ScriptedServer;
using test::TlsVisitor;
using test::Visitor;
using Step = TlsSession::Step;

TlsFiles files(const std::string& ca, const std::string& client = {}) {
  const Certificates& made = Certificates::get();
  TlsFiles result;
  if (!ca.empty()) result.ca = made.path(ca + ".pem");
  if (!client.empty()) result.cert = made.path(client + ".pem");
  if (!client.empty()) result.key = made.path(client + ".key");
  return result;
}

/// A non-blocking client of a scripted server, its steps taken when the socket is ready for them.
struct Client {
  Client(const ScriptedServer& server, const TlsSettings& settings)
      : descriptor(connected_to(server.port())), session(settings, descriptor) {}
  ~Client() { ::close(descriptor); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  static int connected_to(std::uint16_t port) {
    const ConnectStart start = start_connect(*numeric_address("127.0.0.1", port));
    REQUIRE(start.descriptor >= 0);
    wait(start.descriptor, POLLOUT);
    return start.descriptor;
  }
  static void wait(int descriptor, short event) {
    pollfd one{descriptor, event, 0};
    REQUIRE(::poll(&one, 1, 30'000) == 1);
  }
  template <class Try>
  Step until_done(const Try& attempt) {
    for (;;) {
      const Step step = attempt();
      if (step != Step::wants_read && step != Step::wants_write) return step;
      wait(descriptor, step == Step::wants_read ? POLLIN : POLLOUT);
    }
  }
  Step handshake() {
    return until_done([&] { return session.handshake(); });
  }
  Step write(const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      std::size_t count = 0;
      const Step step = until_done(
          [&] { return session.write(bytes.data() + sent, bytes.size() - sent, count); });
      if (step != Step::done) return step;
      sent += count;
    }
    return Step::done;
  }
  /// Reads until `wanted` bytes are there or the stream is over.
  Step read(std::size_t wanted, std::string& into) {
    char bytes[4096];
    while (into.size() < wanted) {
      std::size_t count = 0;
      const Step step = until_done([&] { return session.read(bytes, sizeof bytes, count); });
      if (step != Step::done) return step;
      into.append(bytes, count);
    }
    return Step::done;
  }

  int descriptor;
  TlsSession session;
};

TEST_CASE("who is trusted") {
  struct Row {
    std::string why;
    std::string certificate;  // of the server
    TlsFiles files;
    std::string host;
    std::string problem;  // empty: the handshake succeeds
  };
  TlsFiles insecure;
  insecure.insecure = true;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const Row& row : {
             Row{"its CA is known and the name is right", "localhost", files("ca"), "localhost",
                 ""},
             Row{"an address that stands in the certificate", "localhost", files("ca"), "127.0.0.1",
                 ""},
             Row{"another address", "localhost", files("ca"), "127.0.0.2", "mismatch"},
             Row{"another name", "other", files("ca"), "localhost", "mismatch"},
             Row{"another CA", "localhost", files("stranger"), "localhost", "certificate refused"},
             Row{"only the system's CAs", "localhost", files(""), "localhost",
                 "certificate refused"},
             Row{"insecure takes anything", "other", insecure, "localhost", ""},
         }) {
      CAPTURE(version);
      CAPTURE(row.why);
      TlsVisitor::Options options;
      options.certificate = row.certificate;
      options.version = version;
      ScriptedServer server(test::tls_answers(options, test::ok_answer()));
      const TlsSettings settings(row.files, row.host);
      Client client(server, settings);
      const Step step = client.handshake();
      CHECK((step == Step::done) == row.problem.empty());
      CAPTURE(client.session.problem());
      CHECK(client.session.problem().find(row.problem) != std::string::npos);
      CHECK(client.session.refused() == !row.problem.empty());
    }
  }
}

TEST_CASE("a client certificate is shown when there is one, and missed when it is asked for") {
  for (const bool has_one : {true, false}) {
    CAPTURE(has_one);
    TlsVisitor::Options options;
    options.wants_client_certificate = true;
    ScriptedServer server(test::tls_answers(options, test::ok_answer()));
    const TlsSettings settings(files("ca", has_one ? "client" : ""), "localhost");
    Client client(server, settings);
    // In TLS 1.3 the client is through before the server has looked at its certificate.
    REQUIRE(client.handshake() == Step::done);
    client.write("GET / HTTP/1.1\r\n\r\n");
    std::string answer;
    const Step step = client.read(test::ok_answer().size(), answer);
    CHECK((step == Step::done) == has_one);
    CHECK(client.session.refused() == !has_one);
    if (!has_one) {
      CAPTURE(client.session.problem());
      CHECK(client.session.problem().find("certificate required") != std::string::npos);
    }
  }
}

TEST_CASE("bytes go both ways, in pieces") {
  const std::string body(300'000, 'b');
  ScriptedServer server([&](Visitor& visitor) {
    TlsVisitor tls(visitor, {});
    std::string got;
    while (got.size() < body.size()) {
      const std::string more = tls.read(64 * 1024);
      if (more.empty()) return;
      got += more;
    }
    tls.write(got);
    tls.say_goodbye();
  });
  const TlsSettings settings(files("ca"), "localhost");
  Client client(server, settings);
  REQUIRE(client.handshake() == Step::done);
  REQUIRE(client.write(body) == Step::done);
  std::string back;
  REQUIRE(client.read(body.size(), back) == Step::done);
  CHECK(back == body);
  CHECK(client.read(body.size() + 1, back) == Step::closed);
  CHECK_FALSE(client.session.refused());
}

TEST_CASE("bytes taken out of the socket and not read are told") {
  ScriptedServer server([](Visitor& visitor) {
    TlsVisitor tls(visitor, {});
    tls.write("0123456789");
    tls.read(1);
  });
  const TlsSettings settings(files("ca"), "localhost");
  Client client(server, settings);
  REQUIRE(client.handshake() == Step::done);
  char one = 0;
  std::size_t count = 0;
  REQUIRE(client.until_done([&] { return client.session.read(&one, 1, count); }) == Step::done);
  CHECK(client.session.holds_bytes());
  char rest[16];
  REQUIRE(client.session.read(rest, sizeof rest, count) == Step::done);
  CHECK(count == 9);
  CHECK_FALSE(client.session.holds_bytes());
}

TEST_CASE("a peer that is gone without a goodbye is an end of the stream, in mid-handshake too") {
  for (const bool after_handshake : {true, false}) {
    CAPTURE(after_handshake);
    ScriptedServer server([&](Visitor& visitor) {
      if (!after_handshake) return;
      const TlsVisitor tls(visitor, {});
    });
    const TlsSettings settings(files("ca"), "localhost");
    Client client(server, settings);
    Step step = client.handshake();
    if (after_handshake) {
      REQUIRE(step == Step::done);
      std::string nothing;
      step = client.read(1, nothing);
    }
    CHECK((step == Step::closed || step == Step::failed));
    CHECK_FALSE(client.session.refused());
  }
}

TEST_CASE("a peer that speaks no TLS") {
  ScriptedServer server([](Visitor& visitor) {
    visitor.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    visitor.wait_closed();
  });
  const TlsSettings settings(files("ca"), "localhost");
  Client client(server, settings);
  CHECK(client.handshake() == Step::failed);
  CHECK(client.session.refused());
  CHECK(client.session.problem() != "");
}

TEST_CASE("files that can't be used are the user's mistake, with their name") {
  const Certificates& made = Certificates::get();
  struct Row {
    std::string why;
    TlsFiles files;
    std::string what;
  };
  TlsFiles no_ca, no_cert, no_key, other_key, locked_key;
  no_ca.ca = "nowhere/ca.pem";
  no_cert.cert = made.path("log");
  no_key.cert = made.path("client.pem");
  no_key.key = "nowhere/client.key";
  other_key.cert = made.path("client.pem");
  other_key.key = made.path("localhost.key");
  locked_key.cert = made.path("client.pem");
  locked_key.key = made.path("locked.key");
  for (const Row& row : {
           Row{"no CA", no_ca, "tls.ca \"nowhere/ca.pem\""},
           Row{"no certificate in the file", no_cert, "tls.cert"},
           Row{"no key", no_key, "tls.key \"nowhere/client.key\""},
           Row{"a key with a password, which nobody is asked for", locked_key, "tls.key"},
           Row{"the key of another certificate", other_key, "tls.key"},
       }) {
    CAPTURE(row.why);
    try {
      const TlsSettings settings(row.files, "a");
      FAIL("taken");
    } catch (const UserError& error) {
      CAPTURE(std::string(error.what()));
      CHECK(std::string(error.what()).find(row.what) == 0);
    }
  }
}

}  // namespace
}  // namespace loadgen
