// The channel over a wire: a WebSocket connection, plain or inside TLS, that carries whole frames.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "loadgen/core/units.h"

namespace loadgen {

/// What became of a connection's beginning.
enum class Handshake : std::uint8_t {
  done,
  no_answer,    // not reached, or silent until the deadline
  tls,          // no TLS, or a certificate that is not believed
  wrong_token,  // or none
  not_ours,     // no WebSocket of this protocol
};

/// One connection. One thread: that of its io_context; one read and one write at a time. An
/// interface since TLS is a type in Asio: it has a plain and a TLS form, both in channel_socket.cc.
class ChannelSocket {
 public:
  virtual ~ChannelSocket() = default;

  /// The server's side: TLS if it is a TLS one, the HTTP upgrade, the token. A stranger is answered
  /// 401 and learns nothing more.
  virtual boost::asio::awaitable<Handshake> accept(const std::string& token, Duration within) = 0;
  /// The client's side, from resolving the name on.
  virtual boost::asio::awaitable<Handshake> connect(std::string host, std::uint16_t port,
                                                    std::string token, Duration within) = 0;
  /// The next frame, whole within this time: one that drips in takes no longer than one that does
  /// not come. Nothing when the connection is over.
  virtual boost::asio::awaitable<std::optional<std::string>> read(Duration within) = 0;
  /// False when the connection is over.
  virtual boost::asio::awaitable<bool> write(std::string frame, Duration within) = 0;
  /// No frame read from now on may be longer.
  virtual void limit(std::size_t bytes) = 0;
  /// Ends the connection and what waits for it. Harmless when repeated.
  virtual void close() = 0;

  /// Why it is over, for people.
  const std::string& problem() const { return problem_; }
  /// The other end's address; empty when it is not connected.
  virtual std::string peer() const = 0;

 protected:
  std::string problem_;
};

/// What TLS needs; throws UserError when a file can't be used.
std::unique_ptr<boost::asio::ssl::context> server_tls(const std::string& cert,
                                                      const std::string& key);
std::unique_ptr<boost::asio::ssl::context> client_tls(const std::string& ca);

/// A socket that was accepted, or (dial) one to be connected. `tls`: null for plain; must outlive
/// it.
std::unique_ptr<ChannelSocket> channel_over(boost::asio::ip::tcp::socket socket,
                                            boost::asio::ssl::context* tls);

/// Listens there. Throws UserError, naming the flag, when the address is malformed or taken.
boost::asio::ip::tcp::acceptor listen_on(const boost::asio::any_io_executor& executor,
                                         const std::string& host, std::uint16_t port,
                                         const std::string& flag = "--listen");

/// "127.0.0.1:7000", "[::1]:7000", "loadgen.svc:7000" → host and port. Throws UserError naming the
/// flag.
std::pair<std::string, std::uint16_t> host_and_port(const std::string& text,
                                                    const std::string& flag);

}  // namespace loadgen
