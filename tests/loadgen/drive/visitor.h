// A connection to a ScriptedServer, as its script sees it.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace loadgen::test {

/// Closed when the script returns.
class Visitor {
 public:
  Visitor(int descriptor, int number, std::function<void(int)> closing)
      : descriptor_(descriptor), number_(number), closing_(std::move(closing)) {}
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;
  ~Visitor() { close(); }

  int number() const { return number_; }  // in the order of arrival, from 0
  int descriptor() const { return descriptor_; }
  /// The next request, head and body; empty when the client is gone.
  std::string read_request() {
    std::size_t head = std::string::npos;
    while ((head = pending_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) return {};
    }
    std::size_t length = head + 4;
    const std::size_t field = pending_.find("Content-Length: ");
    if (field != std::string::npos && field < head)
      length += std::strtoul(pending_.c_str() + field + 16, nullptr, 10);
    while (pending_.size() < length) {
      if (!read_more()) return {};
    }
    std::string request = pending_.substr(0, length);
    pending_.erase(0, length);
    return request;
  }
  /// False when the client is gone.
  bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// Until the client closes.
  void wait_closed() {
    while (read_more()) pending_.clear();
  }
  /// Closes with RST instead of FIN.
  void reset() {
    const linger at_once{1, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }
  void close() {
    if (descriptor_ < 0) return;
    closing_(descriptor_);
    ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  bool read_more() {
    char bytes[64 * 1024];
    const ssize_t got = ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    pending_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  int descriptor_;
  int number_;
  std::function<void(int)> closing_;  // told the descriptor before it is closed
  std::string pending_;
};

}  // namespace loadgen::test
