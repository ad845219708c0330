#include "loadgen/drive/address.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace loadgen {

std::string Address::host() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (storage.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr, text,
              sizeof text);
  } else {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(storage).sin_addr, text, sizeof text);
  }
  return text;
}

std::string Address::text() const {
  if (storage.ss_family == AF_INET6) {
    const auto port = ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
    return "[" + host() + "]:" + std::to_string(port);
  }
  return host() + ":" +
         std::to_string(ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port));
}

std::optional<Address> numeric_address(const std::string& host, std::uint16_t port) {
  Address address;
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.length = sizeof(sockaddr_in);
    return address;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
  if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    address.length = sizeof(sockaddr_in6);
    return address;
  }
  return std::nullopt;
}

namespace {
/// The address bytes of either family.
const std::uint8_t* bytes_of(const Address& address) {
  if (address.storage.ss_family == AF_INET6) {
    return reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_addr.s6_addr;
  }
  return reinterpret_cast<const std::uint8_t*>(
      &reinterpret_cast<const sockaddr_in&>(address.storage).sin_addr);
}
}  // namespace

std::optional<Network> Network::parse(std::string_view cidr) {
  const auto slash = cidr.find('/');
  const auto address = numeric_address(std::string(cidr.substr(0, slash)), 0);
  if (!address) return std::nullopt;
  Network network;
  network.family_ = address->storage.ss_family;
  const int width = network.family_ == AF_INET6 ? 128 : 32;
  network.bits_ = width;
  if (slash != std::string_view::npos) {
    const std::string_view bits = cidr.substr(slash + 1);
    const auto [end, error] =
        std::from_chars(bits.data(), bits.data() + bits.size(), network.bits_);
    if (error != std::errc() || end != bits.data() + bits.size()) return std::nullopt;
    if (network.bits_ < 0 || network.bits_ > width) return std::nullopt;
  }
  std::memcpy(network.bytes_, bytes_of(*address), static_cast<std::size_t>(width / 8));
  return network;
}

bool Network::contains(const Address& address) const {
  if (address.storage.ss_family != family_) return false;
  const std::uint8_t* bytes = bytes_of(address);
  const int whole = bits_ / 8;
  if (std::memcmp(bytes, bytes_, static_cast<std::size_t>(whole)) != 0) return false;
  const int rest = bits_ % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return (bytes[whole] & mask) == (bytes_[whole] & mask);
}

ConnectStart start_connect(const Address& address) {
  const int descriptor =
      socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (descriptor < 0) return {-1, errno};
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(descriptor, address.get(), address.length) == 0) return {descriptor, 0};
  if (errno == EINPROGRESS) return {descriptor, EINPROGRESS};
  const int error = errno;
  close(descriptor);
  return {-1, error};
}

int socket_error(int descriptor) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
  return error;
}

bool is_own_shortage(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
    case EADDRNOTAVAIL:  // no local port left
    case EAGAIN:         // the same, of connect(2)
    case ENOBUFS:
    case ENOMEM:
    case ENOSPC:  // epoll_ctl(2): max_user_watches
      return true;
    default:
      return false;
  }
}

Outcome connect_class(int error) {
  if (error == ECONNREFUSED) return Outcome::connect_refused;
  if (error == ETIMEDOUT) return Outcome::connect_timeout;
  if (error == ECONNRESET) return Outcome::reset;  // the server died with it in its queue
  return is_own_shortage(error) ? Outcome::blind_no_socket : Outcome::connect_other;
}

}  // namespace loadgen
