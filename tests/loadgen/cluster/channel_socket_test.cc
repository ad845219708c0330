#include "loadgen/cluster/channel_socket.h"

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr const char* kToken = "0123456789abcdef";

const std::string kUpgrade =
    "GET /v1/worker HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    "Sec-WebSocket-Protocol: loadgen\r\nAuthorization: Bearer " +
    std::string(kToken) + "\r\n\r\n";

/// A server's and a client's end on one thread.
struct Pair {
  asio::io_context io;
  tcp::acceptor acceptor = listen_on(io.get_executor(), "127.0.0.1", 0);
  std::unique_ptr<ChannelSocket> server, client;
  std::uint16_t port() const { return acceptor.local_endpoint().port(); }

  void run(asio::awaitable<void> first, asio::awaitable<void> second) {
    const auto rethrow = [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    };
    asio::co_spawn(io, std::move(first), rethrow);
    asio::co_spawn(io, std::move(second), rethrow);
    io.restart();
    io.run();
  }
};

asio::awaitable<void> take(Pair& pair, Handshake& result, Duration within = 5s) {
  pair.server = channel_over(co_await pair.acceptor.async_accept(asio::use_awaitable), nullptr);
  result = co_await pair.server->accept(kToken, within);
}

asio::awaitable<void> dial(Pair& pair, std::string token, Handshake& result) {
  pair.client = channel_over(tcp::socket(pair.io), nullptr);
  result = co_await pair.client->connect("127.0.0.1", pair.port(), std::move(token), 5s);
}

asio::awaitable<void> say(ChannelSocket& channel, std::string frame, bool& sent) {
  sent = co_await channel.write(std::move(frame), 5s);
}

asio::awaitable<void> hear(ChannelSocket& channel, std::optional<std::string>& frame,
                           Duration within = 5s) {
  frame = co_await channel.read(within);
}

TEST_CASE("frames cross whole, whatever bytes they hold") {
  Pair pair;
  Handshake there{}, here{};
  pair.run(take(pair, there), dial(pair, kToken, here));
  REQUIRE(there == Handshake::done);
  REQUIRE(here == Handshake::done);
  CHECK(pair.client->peer() == "127.0.0.1:" + std::to_string(pair.port()));
  for (const std::string& frame :
       {std::string("x"), std::string(), std::string("\0\xff\n", 3), std::string(3'000'000, 'y')}) {
    bool sent = false;
    std::optional<std::string> got;
    pair.run(say(*pair.client, frame, sent), hear(*pair.server, got));
    CHECK(sent);
    REQUIRE(got);
    CHECK(*got == frame);
  }
}

TEST_CASE("a wrong token meets a closed door, and is told so") {
  Pair pair;
  Handshake there{}, here{};
  pair.run(take(pair, there), dial(pair, "0123456789abcdeX", here));
  CHECK(there == Handshake::wrong_token);
  CHECK(here == Handshake::wrong_token);
}

asio::awaitable<void> send_raw(Pair& pair, std::string bytes, tcp::socket& socket) {
  co_await socket.async_connect({asio::ip::address_v4::loopback(), pair.port()},
                                asio::use_awaitable);
  co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
}

TEST_CASE("what is no worker is let go: garbage, other requests, and silence") {
  const std::string authorised = std::string("Authorization: Bearer ") + kToken + "\r\n";
  const std::string upgrade =
      " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
  const std::string ours = "Sec-WebSocket-Protocol: loadgen\r\n";
  struct Row {
    const char* why;
    std::string bytes;
    Handshake result;
  };
  for (const Row& row : {
           Row{"garbage", std::string(64, '\x16') + "\r\n\r\n", Handshake::not_ours},
           Row{"a stranger's request", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", Handshake::wrong_token},
           Row{"no upgrade", "GET / HTTP/1.1\r\nHost: x\r\n" + authorised + "\r\n",
               Handshake::not_ours},
           Row{"another protocol over WebSocket", "GET /v1/worker" + upgrade + authorised + "\r\n",
               Handshake::not_ours},
           Row{"another path", "GET /" + upgrade + ours + authorised + "\r\n", Handshake::not_ours},
           Row{"a header without end", "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'),
               Handshake::not_ours},
           Row{"silence", "", Handshake::no_answer},
           Row{"half a request, and silence", "GET / HT", Handshake::no_answer},
       }) {
    CAPTURE(row.why);
    Pair pair;
    Handshake result{};
    tcp::socket socket(pair.io);
    pair.run(take(pair, result, 200ms), send_raw(pair, row.bytes, socket));
    CHECK(result == row.result);
  }
}

asio::awaitable<void> drip(Pair& pair, tcp::socket& socket) {
  // A frame of 100 bytes, masked, of which one comes every 50 ms.
  const std::string frame = std::string("\x82\xe4\0\0\0\0", 6) + std::string(100, 'x');
  asio::steady_timer timer(pair.io);
  for (int i = 0; i < 20; ++i) {
    boost::system::error_code error;
    asio::write(socket, asio::buffer(frame.data() + i, 1), error);
    if (error) co_return;
    timer.expires_after(50ms);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

TEST_CASE("a frame that drips in takes no longer than one that does not come") {
  Pair pair;
  Handshake result{};
  tcp::socket socket(pair.io);
  pair.run(take(pair, result), send_raw(pair, kUpgrade, socket));
  REQUIRE(result == Handshake::done);
  std::optional<std::string> frame = "something";
  const Instant begun = Clock::now();
  pair.run(hear(*pair.server, frame, 300ms), drip(pair, socket));
  CHECK_FALSE(frame);
  CHECK(pair.server->problem() == "nothing came in time");
  CHECK(Clock::now() - begun < 5s);
}

TEST_CASE("a frame beyond the limit ends the connection") {
  Pair pair;
  Handshake there{}, here{};
  pair.run(take(pair, there), dial(pair, kToken, here));
  pair.server->limit(1000);
  bool sent = false;
  std::optional<std::string> got = "something";
  pair.run(say(*pair.client, std::string(1001, 'x'), sent), hear(*pair.server, got, 1s));
  CHECK_FALSE(got);
  CHECK(pair.server->problem() != "");
}

TEST_CASE("what is no frame ends the connection, although the other end never closes it") {
  Pair pair;
  Handshake result{};
  tcp::socket socket(pair.io);
  pair.run(take(pair, result), send_raw(pair, kUpgrade + std::string("\xff\xff\xff\xff"), socket));
  REQUIRE(result == Handshake::done);
  std::optional<std::string> got = "something";
  const Instant begun = Clock::now();
  pair.run(hear(*pair.server, got, 1s), []() -> asio::awaitable<void> { co_return; }());
  CHECK_FALSE(got);
  CHECK(Clock::now() - begun < 30s);
}

asio::awaitable<void> close_soon(Pair& pair, ChannelSocket& channel) {
  asio::steady_timer timer(pair.io, Clock::now() + 50ms);
  co_await timer.async_wait(asio::use_awaitable);
  channel.close();
  channel.close();
}

TEST_CASE("closing ends what waits, here and there") {
  for (const bool ours : {true, false}) {
    CAPTURE(ours);
    Pair pair;
    Handshake there{}, here{};
    pair.run(take(pair, there), dial(pair, kToken, here));
    std::optional<std::string> got = "something";
    pair.run(hear(*pair.server, got), close_soon(pair, ours ? *pair.server : *pair.client));
    CHECK_FALSE(got);
  }
}

TEST_CASE("addresses") {
  CHECK(host_and_port("127.0.0.1:7400", "--listen") ==
        std::pair<std::string, std::uint16_t>("127.0.0.1", 7400));
  CHECK(host_and_port("[::1]:1", "--listen").first == "::1");
  CHECK(host_and_port("loadgen.svc:65535", "--listen").second == 65535);
  for (const char* wrong : {"", "7400", ":7400", "host", "host:", "host:x", "host:65536", "[]:1"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(host_and_port(wrong, "--listen"), UserError);
  }
  asio::io_context io;
  const tcp::acceptor first = listen_on(io.get_executor(), "127.0.0.1", 0);
  CHECK_THROWS_AS(listen_on(io.get_executor(), "203.0.113.1", 1), UserError);
  CHECK_THROWS_AS(listen_on(io.get_executor(), "no.such.host.invalid", 1), UserError);
}

TEST_CASE("files that are no certificates are refused by their flag") {
  CHECK_THROWS_AS(server_tls("no-such-file", "no-such-key"), UserError);
  CHECK_THROWS_AS(client_tls("no-such-file"), UserError);
}

}  // namespace
}  // namespace loadgen
