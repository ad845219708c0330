#include "loadgen/cluster/channel_socket.h"

#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <charconv>
#include <utility>

#include "loadgen/cluster/channel_token.h"
#include "loadgen/core/error.h"

namespace loadgen {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr const char* kProtocolName = "loadgen";
constexpr const char* kPath = "/v1/worker";
constexpr std::size_t kMostUpgradeBytes = 8192;
constexpr Duration kEnding = std::chrono::seconds(2);  // for the closing handshake

using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

template <class Stream>
constexpr bool kIsTls = std::is_same_v<Stream, TlsStream>;

/// Stream: beast::tcp_stream or TlsStream.
template <class Stream>
class Socket final : public ChannelSocket {
 public:
  template <class... Arguments>
  explicit Socket(Arguments&&... arguments)
      : stream_(std::forward<Arguments>(arguments)...), watch_(stream_.get_executor()) {
    stream_.binary(true);
    stream_.write_buffer_bytes(std::size_t{64} << 10);
  }

  asio::awaitable<Handshake> accept(const std::string& token, Duration within) override {
    lowest().expires_after(within);
    tune();
    if constexpr (kIsTls<Stream>) {
      const auto [error] =
          co_await stream_.next_layer().async_handshake(asio::ssl::stream_base::server, kTuple);
      if (error) co_return failed(error, Handshake::tls);
    }
    beast::flat_buffer buffer;
    http::request_parser<http::empty_body> parser;
    parser.header_limit(kMostUpgradeBytes);
    const auto [error, bytes] =
        co_await http::async_read_header(stream_.next_layer(), buffer, parser, kTuple);
    if (error) co_return failed(error, Handshake::not_ours);
    const auto& request = parser.get();
    const std::string expected = authorization_of(token);
    // Before anything else is looked at: a stranger does not learn what is spoken here.
    if (!token_matches(request[http::field::authorization], expected)) {
      co_await answer(http::status::unauthorized);
      problem_ = "wrong token";
      co_return Handshake::wrong_token;
    }
    if (!websocket::is_upgrade(request) || request.target() != kPath ||
        request[http::field::sec_websocket_protocol] != kProtocolName) {
      co_await answer(http::status::bad_request);
      problem_ = "not a worker's connection";
      co_return Handshake::not_ours;
    }
    stream_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
      response.set(http::field::sec_websocket_protocol, kProtocolName);
      response.set(http::field::server, "loadgen");
    }));
    const auto [upgraded] = co_await stream_.async_accept(request, kTuple);
    if (upgraded) co_return failed(upgraded, Handshake::not_ours);
    co_return Handshake::done;
  }

  asio::awaitable<Handshake> connect(std::string host, std::uint16_t port, std::string token,
                                     Duration within) override {
    lowest().expires_after(within);
    tcp::resolver resolver(stream_.get_executor());
    const auto [unknown, addresses] =
        co_await resolver.async_resolve(host, std::to_string(port), kTuple);
    if (unknown) co_return failed(unknown, Handshake::no_answer);
    const auto [refused, endpoint] = co_await lowest().async_connect(addresses, kTuple);
    if (refused) co_return failed(refused, Handshake::no_answer);
    tune();
    if constexpr (kIsTls<Stream>) {
      TlsStream& tls = stream_.next_layer();
      SSL_set_tlsext_host_name(tls.native_handle(), host.c_str());
      tls.set_verify_callback(asio::ssl::host_name_verification(host));
      const auto [error] = co_await tls.async_handshake(asio::ssl::stream_base::client, kTuple);
      if (error) co_return failed(error, Handshake::tls);
    }
    stream_.set_option(websocket::stream_base::decorator(
        [bearer = authorization_of(token)](websocket::request_type& request) {
          request.set(http::field::authorization, bearer);
          request.set(http::field::sec_websocket_protocol, kProtocolName);
          request.set(http::field::user_agent, "loadgen");
        }));
    websocket::response_type response;
    const auto [error] = co_await stream_.async_handshake(
        response, host + ":" + std::to_string(port), kPath, kTuple);
    if (error && response.result() == http::status::unauthorized) {
      problem_ = "the coordinator does not accept the token";
      co_return Handshake::wrong_token;
    }
    if (error == http::error::end_of_stream || error == beast::error::timeout)
      co_return failed(error, Handshake::no_answer);
    if (error) co_return failed(error, Handshake::not_ours);
    co_return Handshake::done;
  }

  asio::awaitable<std::optional<std::string>> read(Duration within) override {
    std::string frame;
    auto buffer = asio::dynamic_buffer(frame);
    lowest().expires_after(within);
    watch(within + kEnding);
    const auto [error, bytes] = co_await stream_.async_read(buffer, kTuple);
    watch_.cancel();
    if (!error) co_return frame;
    note(error);
    co_return std::nullopt;
  }

  asio::awaitable<bool> write(std::string frame, Duration within) override {
    lowest().expires_after(within);
    const auto [error, bytes] = co_await stream_.async_write(asio::buffer(frame), kTuple);
    if (error) note(error);
    co_return !error;
  }

  void limit(std::size_t bytes) override { stream_.read_message_max(bytes); }
  void close() override { lowest().close(); }

  std::string peer() const override {
    error_code error;
    const auto endpoint = beast::get_lowest_layer(stream_).socket().remote_endpoint(error);
    if (error) return "";
    const std::string address = endpoint.address().to_string();
    const std::string port = ":" + std::to_string(endpoint.port());
    return (endpoint.address().is_v6() ? "[" + address + "]" : address) + port;
  }

 private:
  /// After a frame that is none, or too long, Beast waits for the other end to close, past the
  /// stream whose deadlines we set, and without an end of its own.
  void watch(Duration within) {
    watch_.expires_after(within);
    watch_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](const error_code& cancelled) {
      if (!cancelled && !alive.expired()) close();
    });
  }

  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

  void tune() {
    error_code ignored;
    lowest().socket().set_option(tcp::no_delay(true), ignored);
  }

  void note(const error_code& error) {
    if (!problem_.empty()) return;
    problem_ = error == beast::error::timeout            ? "nothing came in time"
               : error == websocket::error::closed       ? "closed by the other end"
               : error == asio::error::eof               ? "closed by the other end"
               : error == asio::error::operation_aborted ? "closed"
                                                         : error.message();
  }

  Handshake failed(const error_code& error, Handshake what) {
    note(error);
    return error == beast::error::timeout ? Handshake::no_answer : what;
  }

  asio::awaitable<void> answer(http::status status) {
    http::response<http::empty_body> response(status, 11);
    response.set(http::field::connection, "close");
    if (status == http::status::unauthorized) response.set(http::field::www_authenticate, "Bearer");
    response.prepare_payload();
    co_await http::async_write(stream_.next_layer(), response, kTuple);
    error_code ignored;
    lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  websocket::stream<Stream> stream_;
  asio::steady_timer watch_;
  // Ours alone; handlers that come too late see that it is gone.
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

UserError unusable(const std::string& flag, const std::string& path, const error_code& why) {
  return UserError(flag + ": " + path + " can't be used: " + why.message());
}

std::unique_ptr<asio::ssl::context> modern_tls(asio::ssl::context::method method) {
  auto tls = std::make_unique<asio::ssl::context>(method);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  return tls;
}

}  // namespace

std::unique_ptr<asio::ssl::context> server_tls(const std::string& cert, const std::string& key) {
  auto tls = modern_tls(asio::ssl::context::tls_server);
  // OpenSSL would ask at the terminal for the password of a locked key.
  tls->set_password_callback([](std::size_t, asio::ssl::context::password_purpose) { return ""; });
  error_code error;
  tls->use_certificate_chain_file(cert, error);
  if (error) throw unusable("--tls-cert", cert, error);
  tls->use_private_key_file(key, asio::ssl::context::pem, error);
  if (error) throw unusable("--tls-key", key, error);
  return tls;
}

std::unique_ptr<asio::ssl::context> client_tls(const std::string& ca) {
  auto tls = modern_tls(asio::ssl::context::tls_client);
  error_code error;
  tls->load_verify_file(ca, error);
  if (error) throw unusable("--tls-ca", ca, error);
  tls->set_verify_mode(asio::ssl::verify_peer);
  return tls;
}

std::unique_ptr<ChannelSocket> channel_over(tcp::socket socket, asio::ssl::context* tls) {
  if (tls == nullptr) return std::make_unique<Socket<beast::tcp_stream>>(std::move(socket));
  return std::make_unique<Socket<TlsStream>>(beast::tcp_stream(std::move(socket)), *tls);
}

tcp::acceptor listen_on(const asio::any_io_executor& executor, const std::string& host,
                        std::uint16_t port, const std::string& flag) {
  const std::string where = host + ":" + std::to_string(port);
  try {
    const auto addresses = tcp::resolver(executor).resolve(
        host, std::to_string(port), tcp::resolver::passive | tcp::resolver::numeric_service);
    const tcp::endpoint endpoint = *addresses.begin();
    tcp::acceptor acceptor(executor, endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    return acceptor;
  } catch (const boost::system::system_error& error) {
    throw UserError(flag + ": can't listen on " + where + ": " + error.code().message());
  }
}

std::pair<std::string, std::uint16_t> host_and_port(const std::string& text,
                                                    const std::string& flag) {
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  std::string host;
  bool well = colon != std::string::npos && colon > 0;
  if (well) {
    host = text.substr(0, colon);
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
    well = parsed.ec == std::errc() && parsed.ptr == end;
  }
  if (well && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (!well || host.empty()) {
    throw UserError(flag + ": \"" + text + "\"; expected HOST:PORT, such as 127.0.0.1:7400");
  }
  return {host, port};
}

}  // namespace loadgen
