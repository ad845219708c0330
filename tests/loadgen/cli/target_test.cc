#include "loadgen/cli/target.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

/// A plain blocking connection to the target. A peer that says nothing for 5 s fails the test.
class Connection {
 public:
  explicit Connection(const Target& target) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval deadline{.tv_sec = 5, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(target.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(const std::string& text) const {
    REQUIRE(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(text.size()));
  }

  /// Reads until `size` bytes are there or the peer ends it; `error_` says how.
  std::string receive(std::size_t size) {
    std::string text;
    char bytes[4096];
    while (text.size() < size) {
      const ssize_t n = recv(socket_, bytes, std::min(sizeof bytes, size - text.size()), 0);
      error_ = n < 0 ? errno : 0;
      if (n <= 0) break;
      text.append(bytes, static_cast<std::size_t>(n));
    }
    return text;
  }
  int error() const { return error_; }

 private:
  int socket_;
  int error_ = 0;
};

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kOk =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nxx";
constexpr std::size_t kToTheEnd = 1 << 20;

std::uint64_t answered(const Target& target, int status) {
  std::uint64_t sum = 0;
  for (const Target::Count& count : target.counts()) {
    if (count.status == status) sum += count.requests;
  }
  return sum;
}

TEST_CASE("each request gets exactly its answer") {
  const std::string closing =
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\n"
      "Content-Length: 2\r\n\r\nxx";
  struct Row {
    const char* why;
    std::string sent;
    std::string received;
  };
  const Row rows[] = {
      {"a GET", kGet, kOk},
      {"pipelined requests are answered in turn", kGet + kGet + kGet, kOk + kOk + kOk},
      {"HEAD has no body", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", kOk.substr(0, kOk.size() - 2)},
      {"a body is discarded and the next request found behind it",
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + kGet, kOk + kOk},
      {"so is a chunked one",
       "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" +
           kGet,
       kOk + kOk},
      {"Connection: close is said back and done",
       "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", closing},
      {"HTTP/1.0 gets one answer", "GET / HTTP/1.0\r\n\r\n", closing},
      {"what is no HTTP gets nothing", "hello\r\n\r\n", ""},
      {"nor does a header that never ends", "GET / HTTP/1.1\r\nA: " + std::string(20000, 'a'), ""},
  };
  Target target({});
  target.start();
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Connection connection(target);
    connection.send(row.sent);
    CHECK(connection.receive(row.received.empty() ? 1 : row.received.size()) == row.received);
  }
}

TEST_CASE("a request that arrives byte by byte is understood") {
  Target target({});
  target.start();
  Connection connection(target);
  for (const char c : kGet) connection.send(std::string(1, c));
  CHECK(connection.receive(kOk.size()) == kOk);
}

TEST_CASE("the error rate is exact at its ends and seeded between them") {
  for (const double rate : {0.0, 0.2, 1.0}) {
    CAPTURE(rate);
    std::uint64_t errors[2] = {};
    for (std::uint64_t& count : errors) {
      Target target({.error_rate = rate, .error_status = 500, .seed = 7});
      target.start();
      Connection connection(target);
      for (int i = 0; i < 500; ++i) {
        connection.send(kGet);
        const std::string header = connection.receive(12);
        connection.receive(header == "HTTP/1.1 200" ? kOk.size() - 12 : kOk.size() + 19 - 12);
      }
      target.stop();
      count = answered(target, 500);
      CHECK(count + answered(target, 200) == 500);
    }
    CHECK(errors[0] == errors[1]);
    if (rate == 0.0) CHECK(errors[0] == 0);
    if (rate == 0.2) CHECK((errors[0] > 70 && errors[0] < 130));
    if (rate == 1.0) CHECK(errors[0] == 500);
  }
}

TEST_CASE("connections end as scripted") {
  SUBCASE("after so many requests") {
    Target target({.close_after = 2});
    target.start();
    Connection connection(target);
    connection.send(kGet + kGet);
    const std::string text = connection.receive(kToTheEnd);
    CHECK(text.size() == 2 * kOk.size() + std::string("Connection: close\r\n").size());
    CHECK(connection.error() == 0);
  }
  SUBCASE("with a reset in mid-answer") {
    Target target({.reset_rate = 1});
    target.start();
    Connection connection(target);
    connection.send(kGet);
    CHECK(connection.receive(kToTheEnd).size() < kOk.size());
    CHECK(connection.error() == ECONNRESET);
    target.stop();
    CHECK(answered(target, 0) == 1);
  }
}

TEST_CASE("delays and stalls hold the answer back, and no longer") {
  using std::chrono::milliseconds;
  struct Row {
    const char* why;
    TargetOptions options;
    Duration least;
  };
  std::vector<Row> rows = {
      {"a delay", {.delay = milliseconds(50)}, milliseconds(50)},
      {"a stall from the first request on", {.stall_for = milliseconds(80)}, milliseconds(80)},
      {"a stall that begins within the delay",
       {.delay = milliseconds(30), .stall_at = milliseconds(10), .stall_for = milliseconds(70)},
       milliseconds(80)},
      {"a stall that is over before the delay is",
       {.delay = milliseconds(60), .stall_for = milliseconds(20)},
       milliseconds(60)},
      {"a slow body: 40 bytes at 400 bytes a second",
       {.body_size = 40, .slow_rate = 400},
       milliseconds(100)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Target target(row.options);
    target.start();
    Connection connection(target);
    const Instant sent = Clock::now();
    connection.send(kGet);
    const std::size_t size =
        kOk.size() - 2 + row.options.body_size + std::to_string(row.options.body_size).size() - 1;
    CHECK(connection.receive(size).size() == size);
    const Duration took = Clock::now() - sent;
    CHECK(took >= row.least);
    CHECK(took < row.least + milliseconds(500));  // generous: the machine may be busy
  }
}

TEST_CASE("with one server the answers are made one after the other") {
  Target target({.delay = std::chrono::milliseconds(30), .servers = 1});
  target.start();
  const Instant sent = Clock::now();
  Connection first(target), second(target), third(target);
  for (const Connection* each : {&first, &second, &third}) each->send(kGet);
  third.receive(1);
  second.receive(1);
  first.receive(1);
  CHECK(Clock::now() - sent >= std::chrono::milliseconds(90));
}

TEST_CASE("an address that can't be had is the user's mistake") {
  CHECK_THROWS_WITH_AS(Target({.host = "nonsense"}),
                       "target: \"nonsense\" is no IP address to listen on", UserError);
  Target first({});
  CHECK_THROWS_AS(Target({.port = first.port()}), UserError);
}

TEST_CASE("stopping drops open connections and can be repeated") {
  Target target({.delay = std::chrono::hours(1)});
  target.start();
  Connection connection(target);
  connection.send(kGet);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // let the request be waited for
  target.stop();
  target.stop();
}

}  // namespace
}  // namespace loadgen
