#include "loadgen/drive/http_connection.h"

#include <doctest/doctest.h>

#include <atomic>
#include <semaphore>

#include "certificates.h"
#include "driver_rig.h"
#include "fake_driver.h"
#include "scripted_server.h"

namespace loadgen {
namespace {

using test::ScriptedServer;
using test::TlsVisitor;
using test::Visitor;
using Happening = HttpConnection::Happening;
using State = HttpConnection::State;

/// One connection, and the loop that an engine would give it.
struct Rig {
  explicit Rig(const TlsSettings* tls = nullptr)
      : owner({scenario, 0, 0, 0, {}, variables, secrets, readiness, resolver, scorer}, rule),
        connection({readiness, wishes, tls, scratch}, owner) {}

  Happening begin(std::uint16_t port) { return begin({*numeric_address("127.0.0.1", port)}); }
  Happening begin(const std::vector<Address>& addresses, std::size_t first = 0) {
    return settled(connection.begin(addresses, first, Clock::now()));
  }
  Happening send(const std::string& request, bool head = false) {
    return settled(connection.send(request, head));
  }
  /// What comes of waiting; `already`, when that is something.
  Happening settled(Happening already = Happening::nothing) {
    const Instant deadline = Clock::now() + std::chrono::seconds(30);
    while (already == Happening::nothing) {
      REQUIRE(Clock::now() < deadline);
      const int ready = readiness.wait(Clock::now(), deadline);
      for (int i = 0; i < ready && already == Happening::nothing; ++i) {
        if (readiness.event(i).owner == &connection) already = connection.ready(readiness.event(i));
      }
    }
    return already;
  }
  std::string failure() const { return std::string(name_of(connection.failure())); }

  Scenario scenario = test::http_scenario("http://a");
  Variables variables;
  std::vector<std::string> secrets;
  Readiness readiness;
  Resolver resolver{[] {}};
  Scorer scorer{scenario, 0};
  test::FakeRule rule;
  test::FakeDriver owner;
  AnswerWishes wishes;
  std::vector<char> scratch = std::vector<char>(64 * 1024);
  HttpConnection connection;
};

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_CASE("from dormant to idle, through answers, and back") {
  ScriptedServer server(test::answers(test::ok_answer()));
  Rig rig;
  CHECK(rig.connection.state() == State::dormant);
  CHECK_FALSE(rig.connection.live());
  const Instant begun = Clock::now();
  CHECK(rig.begin(server.port()) == Happening::established);
  CHECK(rig.connection.state() == State::idle);
  CHECK(rig.connection.live());
  CHECK(rig.connection.begun_at() >= begun);
  CHECK(rig.connection.connected_at() >= rig.connection.begun_at());
  CHECK(rig.connection.peer().text() == "127.0.0.1:" + std::to_string(server.port()));
  for (int i = 0; i < 3; ++i) {
    const Instant sent = Clock::now();
    CHECK(rig.send(kGet) == Happening::answered);
    CHECK(rig.connection.state() == State::idle);
    CHECK(rig.connection.answer().status() == 200);
    CHECK(rig.connection.first_byte_at() >= sent);
    CHECK(rig.connection.happened_at() >= rig.connection.first_byte_at());
  }
  rig.connection.close();
  CHECK(rig.connection.state() == State::dormant);
  CHECK(rig.begin(server.port()) == Happening::established);
  CHECK(rig.send(kGet) == Happening::answered);
  CHECK(server.accepted() == 2);
}

TEST_CASE("how an attempt fails") {
  const test::RefusingPort refusing;
  Rig rig;
  CHECK(rig.begin(refusing.port()) == Happening::attempt_failed);
  CHECK(rig.failure() == "connect_refused");
  CHECK(rig.connection.problem() == "Connection refused");
  CHECK(rig.connection.state() == State::dormant);
  Address nowhere = *numeric_address("127.0.0.1", 1);
  nowhere.length = 1;  // refused by the kernel at once
  CHECK(rig.connection.begin({nowhere}, 0, Clock::now()) == Happening::attempt_failed);
  CHECK(rig.failure() == "connect_other");
}

TEST_CASE("all addresses are tried, from the one that is asked for on") {
  ScriptedServer server(test::answers(test::ok_answer()));
  const Address good = *numeric_address("127.0.0.1", server.port());
  const Address bad = *numeric_address("127.0.0.2", server.port());
  Address impossible = good;
  impossible.length = 1;
  struct Row {
    std::string why;
    std::vector<Address> addresses;
    std::size_t first;
    bool well;
  };
  for (const Row& row : {
           Row{"the first", {good, bad}, 0, true},
           Row{"the second, after a refusal", {bad, good}, 0, true},
           Row{"around the end of the list", {good, bad}, 1, true},
           Row{"numbers beyond the list", {good, bad, bad}, 7, true},
           Row{"one that fails at once", {impossible, good}, 0, true},
           Row{"at once, then later, then well", {impossible, bad, good}, 0, true},
           Row{"none", {bad, impossible, bad}, 1, false},
       }) {
    CAPTURE(row.why);
    Rig rig;
    CHECK((rig.begin(row.addresses, row.first) == Happening::established) == row.well);
    if (row.well) CHECK(rig.connection.peer().host() == "127.0.0.1");
    if (!row.well) CHECK(rig.connection.state() == State::dormant);
  }
}

TEST_CASE("how an answer breaks") {
  struct Row {
    std::string why;
    ScriptedServer::Script script;
    std::string failure;
    bool anything;
  };
  const std::string cut = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";
  for (const Row& row : {
           Row{"closed before a byte", [](Visitor& v) { v.read_request(); }, "closed", false},
           Row{"reset before a byte", [](Visitor& v) { v.read_request(), v.reset(); }, "reset",
               false},
           Row{"closed in the header",
               [](Visitor& v) { v.read_request(), v.write("HTTP/1.1 200 O"); }, "closed", true},
           Row{"closed in the body", [&](Visitor& v) { v.read_request(), v.write(cut); }, "closed",
               true},
           Row{"garbage",
               [](Visitor& v) { v.read_request(), v.write("what?\r\n\r\n"), v.wait_closed(); },
               "protocol", true},
           Row{"more than its length",
               [](Visitor& v) {
                 v.read_request(), v.write(test::ok_answer() + "!"), v.wait_closed();
               },
               "protocol", true},
           Row{"an endless header",
               [](Visitor& v) {
                 v.read_request(), v.write("HTTP/1.1 200 OK\r\n");
                 while (v.write("X: " + std::string(1000, 'a') + "\r\n")) {
                 }
               },
               "protocol", true},
       }) {
    CAPTURE(row.why);
    ScriptedServer server(row.script);
    Rig rig;
    REQUIRE(rig.begin(server.port()) == Happening::established);
    CHECK(rig.send(kGet) == Happening::broken);
    CHECK(rig.failure() == row.failure);
    CHECK(rig.connection.answer().anything() == row.anything);
    CHECK(rig.connection.problem() != "");
    CHECK(rig.connection.state() == State::dormant);
  }
}

TEST_CASE("an answer delimited by the close leaves no connection") {
  ScriptedServer server([](Visitor& visitor) {
    visitor.read_request();
    visitor.write("HTTP/1.1 200 OK\r\n\r\nhello");
  });
  Rig rig;
  REQUIRE(rig.begin(server.port()) == Happening::established);
  CHECK(rig.send(kGet) == Happening::answered);
  CHECK_FALSE(rig.connection.live());
}

TEST_CASE("idle connections: closed by the peer, or spoken to without a request") {
  ScriptedServer server([](Visitor& visitor) {
    if (visitor.number() == 1) visitor.write("HTTP/1.1 408 Request Timeout\r\n\r\n");
  });
  Rig rig;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(rig.begin(server.port()) == Happening::established);
    CHECK(rig.settled() == Happening::closed_idle);
    CHECK(rig.connection.state() == State::dormant);
  }
}

TEST_CASE("a request larger than the socket's buffer goes out in pieces") {
  const std::string body(8'000'000, 'b');
  const std::string request =
      "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  std::atomic<bool> whole = false;
  ScriptedServer server([&](Visitor& visitor) {
    whole = visitor.read_request() == request;
    visitor.write(test::ok_answer());
    test::answers(test::ok_answer())(visitor);
  });
  Rig rig;
  REQUIRE(rig.begin(server.port()) == Happening::established);
  CHECK(rig.send(request) == Happening::answered);
  CHECK(whole);
  CHECK(rig.connection.live());
  CHECK(rig.send(kGet) == Happening::answered);
}

TEST_CASE("a server may answer before it has read the whole request; the rest is not sent") {
  std::binary_semaphore over{0};
  ScriptedServer server([&](Visitor& visitor) {
    visitor.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    over.acquire();
  });
  Rig rig;
  REQUIRE(rig.begin(server.port()) == Happening::established);
  const std::string head = "POST / HTTP/1.1\r\nContent-Length: 50000000\r\n\r\n";
  CHECK(rig.send(head + std::string(50'000'000, 'b')) == Happening::answered);
  CHECK(rig.connection.answer().status() == 413);
  CHECK_FALSE(rig.connection.live());
  over.release();
}

TEST_CASE("HEAD is answered without a body") {
  ScriptedServer server(test::answers("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"));
  Rig rig;
  REQUIRE(rig.begin(server.port()) == Happening::established);
  for (int i = 0; i < 2; ++i)
    CHECK(rig.send("HEAD / HTTP/1.1\r\n\r\n", true) == Happening::answered);
}

TlsFiles trusting_ca() {
  TlsFiles files;
  files.ca = test::Certificates::get().path("ca.pem");
  return files;
}

TEST_CASE("TLS: established after the handshake, answers of many records, keep-alive") {
  const std::string large(500'000, 'x');
  ScriptedServer server(test::tls_answers({}, test::ok_answer(large)));
  const TlsSettings settings(trusting_ca(), "localhost");
  Rig rig(&settings);
  CHECK(rig.begin(server.port()) == Happening::established);
  CHECK(rig.connection.happened_at() > rig.connection.connected_at());
  for (int i = 0; i < 3; ++i) CHECK(rig.send(kGet) == Happening::answered);
  CHECK(server.accepted() == 1);
}

TEST_CASE("TLS: a large request goes out in pieces") {
  const std::string body(3'000'000, 'b');
  ScriptedServer server([&](Visitor& visitor) {
    TlsVisitor tls(visitor, {});
    if (!tls.read_request(body.size()).empty()) tls.write(test::ok_answer());
  });
  const TlsSettings settings(trusting_ca(), "localhost");
  Rig rig(&settings);
  REQUIRE(rig.begin(server.port()) == Happening::established);
  CHECK(rig.send("POST / HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n" + body) ==
        Happening::answered);
}

TEST_CASE("TLS: how it fails") {
  struct Row {
    std::string why;
    ScriptedServer::Script script;
    std::string host;
    bool established;
    std::string failure;
  };
  TlsVisitor::Options asks;
  asks.wants_client_certificate = true;
  const auto cut = [](Visitor& visitor) {
    TlsVisitor tls(visitor, {});
    tls.read_request();
    tls.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    tls.say_goodbye();
  };
  for (const Row& row : {
           Row{"a certificate for another name", test::tls_answers({}, test::ok_answer()),
               "other.name", false, "tls"},
           Row{"a server that speaks no TLS",
               [](Visitor& v) { v.write("HTTP/1.1 400 Bad\r\n\r\n"), v.wait_closed(); },
               "localhost", false, "tls"},
           Row{"closed during the handshake", [](Visitor&) {}, "localhost", false, "tls"},
           Row{"a client certificate is missing", test::tls_answers(asks, test::ok_answer()),
               "localhost", true, "tls"},
           Row{"cut in the answer", cut, "localhost", true, "closed"},
       }) {
    CAPTURE(row.why);
    ScriptedServer server(row.script);
    const TlsSettings settings(trusting_ca(), row.host);
    Rig rig(&settings);
    const Happening begun = rig.begin(server.port());
    REQUIRE((begun == Happening::established) == row.established);
    if (row.established) CHECK(rig.send(kGet) == Happening::broken);
    CHECK(rig.failure() == row.failure);
    CHECK(rig.connection.problem() != "");
    CHECK(rig.connection.state() == State::dormant);
  }
}

}  // namespace
}  // namespace loadgen
