// Socket addresses, and the few calls on sockets that the drivers share.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "loadgen/core/outcome.h"

namespace loadgen {

/// An IPv4 or IPv6 address with its port.
struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  /// "127.0.0.1:80", "[::1]:80".
  std::string text() const;
  /// The address without the port: "127.0.0.1".
  std::string host() const;
};

/// The address of a numeric host; nothing when `host` is a name.
std::optional<Address> numeric_address(const std::string& host, std::uint16_t port);

/// A network in CIDR notation.
class Network {
 public:
  /// Nothing when `cidr` is no network; a bare address is a network of one.
  static std::optional<Network> parse(std::string_view cidr);
  bool contains(const Address& address) const;

 private:
  std::uint8_t bytes_[16]{};
  int bits_ = 0;
  int family_ = AF_INET;
};

/// Starts a non-blocking TCP connection with TCP_NODELAY. `descriptor` is −1 when it failed at
/// once; `error` is errno then, 0 when connected already, EINPROGRESS when under way.
struct ConnectStart {
  int descriptor = -1;
  int error = 0;
};
ConnectStart start_connect(const Address& address);

/// The pending error of a socket (SO_ERROR), 0 when there is none.
int socket_error(int descriptor);

/// Whether a connection failed for want of something on this side: open files, local ports, memory.
bool is_own_shortage(int error);

/// connect_refused, connect_timeout, reset, connect_other, or blind_no_socket: no failure of the
/// server's.
Outcome connect_class(int error);

}  // namespace loadgen
