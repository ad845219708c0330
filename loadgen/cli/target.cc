#include "loadgen/cli/target.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <queue>
#include <random>
#include <string_view>
#include <thread>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

/// Errors of the peer come back as values.
constexpr auto kAsValue = asio::as_tuple(asio::use_awaitable);

/// Reads one request and keeps what an answer depends on. Bodies are discarded.
class RequestParser : public http::basic_parser<true> {
 public:
  RequestParser() { eager(true); }
  bool head() const { return head_; }

 private:
  void on_request_impl(http::verb method, boost::beast::string_view, boost::beast::string_view, int,
                       error_code&) override {
    head_ = method == http::verb::head;
  }
  void on_response_impl(int, boost::beast::string_view, int, error_code&) override {}
  void on_field_impl(http::field, boost::beast::string_view, boost::beast::string_view,
                     error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(boost::beast::string_view body, error_code&) override {
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view body,
                                 error_code&) override {
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  bool head_ = false;
};

struct Request {
  bool head = false;
  bool keep_alive = true;
};

/// An answer as it goes over the wire, made once.
struct Answer {
  std::string text;
  std::size_t header_size = 0;
};

Answer make_answer(const TargetOptions& options, int status, bool keep_alive) {
  Answer answer;
  answer.text = "HTTP/1.1 " + std::to_string(status) + ' ' +
                std::string(http::obsolete_reason(static_cast<http::status>(status))) + "\r\n";
  for (const std::string& line : options.headers) answer.text += line + "\r\n";
  if (!keep_alive) answer.text += "Connection: close\r\n";
  answer.text +=
      "Content-Type: text/plain\r\nContent-Length: " + std::to_string(options.body_size) +
      "\r\n\r\n";
  answer.header_size = answer.text.size();
  answer.text.append(options.body_size, 'x');
  return answer;
}

/// What has arrived and was not parsed yet. A header must fit.
struct Inbox {
  std::array<char, 16 * 1024> bytes;
  std::size_t size = 0;

  void consume(std::size_t n) {
    size -= n;
    std::memmove(bytes.data(), bytes.data() + n, size);
  }
};

/// The next request of the connection; nothing when the peer went away or sent no HTTP.
asio::awaitable<std::optional<Request>> read_request(tcp::socket& socket, Inbox& inbox) {
  RequestParser parser;
  for (;;) {
    error_code ec;
    if (inbox.size > 0) {
      inbox.consume(parser.put(asio::const_buffer(inbox.bytes.data(), inbox.size), ec));
      if (ec && ec != http::error::need_more) co_return std::nullopt;
      if (parser.is_done()) {
        co_return Request{.head = parser.head(), .keep_alive = parser.keep_alive()};
      }
      if (inbox.size == inbox.bytes.size()) co_return std::nullopt;
    }
    const auto [failed, n] = co_await socket.async_read_some(
        asio::buffer(inbox.bytes.data() + inbox.size, inbox.bytes.size() - inbox.size), kAsValue);
    if (failed) co_return std::nullopt;
    inbox.size += n;
  }
}

/// False when the peer is gone. Written at once as a rule; waits only for a full socket buffer.
asio::awaitable<bool> send(tcp::socket& socket, std::string_view text) {
  error_code ec;
  const std::size_t n = socket.write_some(asio::buffer(text), ec);
  if (ec && ec != asio::error::would_block) co_return false;
  if (n == text.size()) co_return true;
  const auto [failed, rest] =
      co_await asio::async_write(socket, asio::buffer(text.substr(n)), kAsValue);
  co_return !failed;
}

/// `rate` bytes per second, in ten steps each second. An empty text needs no rate.
asio::awaitable<bool> send_slowly(tcp::socket& socket, std::string_view text, std::size_t rate) {
  if (text.empty()) co_return true;
  asio::steady_timer timer(socket.get_executor(), Clock::now());
  const std::size_t step = std::max<std::size_t>(1, rate / 10);
  const Duration pause = from_seconds(static_cast<double>(step) / static_cast<double>(rate));
  while (!text.empty()) {
    timer.expires_at(timer.expiry() + pause);
    co_await timer.async_wait(kAsValue);
    if (!co_await send(socket, text.substr(0, step))) co_return false;
    text.remove_prefix(std::min(step, text.size()));
  }
  co_return true;
}

}  // namespace

/// Everything runs on `thread`, but `io.stop()`.
struct Target::Server {
  explicit Server(TargetOptions given);

  asio::awaitable<void> accept();
  asio::awaitable<void> serve(tcp::socket socket);
  Instant due_of(Instant received);
  Instant begin_of(Instant received);
  bool chance(double share) { return share > 0 && uniform(random) < share; }
  void count(int status);

  TargetOptions options;
  std::array<std::array<Answer, 2>, 2> answers;  // [error][keep alive]
  std::mt19937_64 random;
  std::uniform_real_distribution<double> uniform{0, 1};
  std::optional<Instant> first_request;
  std::priority_queue<Instant, std::vector<Instant>, std::greater<>> busy_until;  // of each server
  std::map<std::pair<std::int64_t, int>, std::uint64_t> counts;  // (unix second, status)
  // Last, so that it goes first: the coroutines' frames live in it and refer to the above.
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  std::uint16_t port = 0;
  std::thread thread;
};

Target::Server::Server(TargetOptions given) : options(std::move(given)), random(options.seed) {
  for (bool keep : {false, true}) {
    answers[0][keep] = make_answer(options, 200, keep);
    answers[1][keep] = make_answer(options, options.error_status, keep);
  }
  const std::string host = options.host == "localhost" ? "127.0.0.1" : options.host;
  error_code ec;
  const asio::ip::address address = asio::ip::make_address(host, ec);
  if (ec) throw UserError("target: \"" + host + "\" is no IP address to listen on");
  const tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) {
    throw UserError("target: can't listen on " + host + " port " + std::to_string(options.port) +
                    ": " + ec.message());
  }
  port = acceptor.local_endpoint().port();
}

/// Accepts for ever. Ends only with the io_context.
asio::awaitable<void> Target::Server::accept() {
  asio::steady_timer pause(io);
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(kAsValue);
    if (ec) {  // out of descriptors, most likely: to try again at once would be a hot loop
      pause.expires_after(std::chrono::milliseconds(10));
      co_await pause.async_wait(kAsValue);
      continue;
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.non_blocking(true, ignored);
    asio::co_spawn(io, serve(std::move(socket)), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
  }
}

/// One connection, one request after the other; pipelined ones wait in the inbox.
asio::awaitable<void> Target::Server::serve(tcp::socket socket) {
  Inbox inbox;
  asio::steady_timer timer(io);
  error_code ignored;
  for (std::uint32_t served = 1;; ++served) {
    const std::optional<Request> request = co_await read_request(socket, inbox);
    if (!request) co_return;

    const bool reset = chance(options.reset_rate);
    const bool error = chance(options.error_rate);
    const bool keep = request->keep_alive && served != options.close_after;
    count(reset ? 0 : error ? options.error_status : 200);

    const Instant received = Clock::now();
    const Instant due = due_of(received);
    if (due > received) {
      timer.expires_at(due);
      co_await timer.async_wait(kAsValue);
    }
    const Answer& answer = answers[error][keep];
    const std::string_view text =
        request->head ? std::string_view(answer.text).substr(0, answer.header_size) : answer.text;
    if (reset) {
      co_await send(socket, text.substr(0, answer.header_size / 2));
      socket.set_option(asio::socket_base::linger(true, 0), ignored);
      socket.close(ignored);  // the destructor would undo the lingering first
      co_return;
    }
    const std::size_t at_once = options.slow_rate > 0 ? answer.header_size : text.size();
    if (!co_await send(socket, text.substr(0, at_once))) co_return;
    if (!co_await send_slowly(socket, text.substr(at_once), options.slow_rate)) co_return;
    if (!keep) {
      socket.shutdown(tcp::socket::shutdown_send, ignored);
      co_return;
    }
  }
}

/// When the answer to a request is due: after its delay, or at the end of the stall if that holds
/// it back.
Instant Target::Server::due_of(Instant received) {
  if (!first_request) first_request = received;
  Instant due = begin_of(received) + options.delay;
  const double scale = to_seconds(options.jitter_scale);
  switch (options.jitter) {
    case TargetOptions::Jitter::none:
      break;
    case TargetOptions::Jitter::exponential:
      due += from_seconds(-scale * std::log1p(-uniform(random)));
      break;
    case TargetOptions::Jitter::uniform:
      due += from_seconds(scale * uniform(random));
      break;
  }
  const Instant stall = *first_request + options.stall_at;
  const Instant stall_end = stall + options.stall_for;
  if (due >= stall && due < stall_end) due = stall_end;
  if (options.servers > 0) busy_until.push(due);
  return due;
}

/// When one of the servers takes the request up: at once, or when the first of them is free.
Instant Target::Server::begin_of(Instant received) {
  if (options.servers == 0 || busy_until.size() < options.servers) return received;
  const Instant free = busy_until.top();
  busy_until.pop();
  return std::max(received, free);
}

void Target::Server::count(int status) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  ++counts[{std::chrono::floor<std::chrono::seconds>(now).count(), status}];
}

Target::Target(TargetOptions options) : server_(std::make_unique<Server>(std::move(options))) {}

Target::~Target() { stop(); }

std::uint16_t Target::port() const { return server_->port; }

std::string Target::url() const {
  const std::string& host = server_->options.host;
  const bool v6 = host.find(':') != std::string::npos;
  return "http://" + (v6 ? '[' + host + ']' : host) + ':' + std::to_string(server_->port);
}

void Target::start() {
  asio::co_spawn(server_->io, server_->accept(), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  server_->thread = std::thread([this] { server_->io.run(); });
}

void Target::stop() {
  server_->io.stop();
  if (server_->thread.joinable()) server_->thread.join();
}

std::vector<Target::Count> Target::counts() const {
  std::vector<Count> counts;
  for (const auto& [key, requests] : server_->counts) {
    counts.push_back({.unix_second = key.first, .status = key.second, .requests = requests});
  }
  return counts;
}

}  // namespace loadgen
