// A TCP server in the test's own process, each connection served by a script on a thread of its
// own.
#pragma once

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "loopback_port.h"
#include "visitor.h"

namespace loadgen::test {

/// Accepts until it is destroyed; then every connection is shut down and every thread joined.
class ScriptedServer {
 public:
  using Script = std::function<void(Visitor&)>;

  explicit ScriptedServer(Script script, std::uint16_t port = 0)
      : script_(std::move(script)), listener_(bound_socket(port)), port_(port_of(listener_)) {
    REQUIRE(::listen(listener_, 1024) == 0);
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    ::close(listener_);
    {
      const std::lock_guard lock(mutex_);
      for (const int open : open_) ::shutdown(open, SHUT_RDWR);
    }
    for (std::thread& serving : serving_) serving.join();
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  int accepted() const { return accepted_; }

 private:
  void accept_all() {
    for (;;) {
      const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor < 0 && (errno == ECONNABORTED || errno == EINTR)) continue;
      if (descriptor < 0) return;
      {
        const std::lock_guard lock(mutex_);
        open_.push_back(descriptor);
      }
      serving_.emplace_back([this, descriptor, number = accepted_++] {
        Visitor visitor(descriptor, number, [this](int closing) {
          const std::lock_guard lock(mutex_);
          std::erase(open_, closing);
        });
        script_(visitor);
      });
    }
  }

  Script script_;
  int listener_;
  std::uint16_t port_;
  std::atomic<int> accepted_{0};
  std::mutex mutex_;  // guards `open_`
  std::vector<int> open_;
  std::vector<std::thread> serving_;  // of the accepting thread, then of the destructor
  std::thread accepting_;
};

inline std::string ok_answer(std::string_view body = "hello") {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

/// Answers every request on every connection with `answer`.
inline ScriptedServer::Script answers(std::string answer) {
  return [answer = std::move(answer)](Visitor& visitor) {
    while (!visitor.read_request().empty() && visitor.write(answer)) {
    }
  };
}

}  // namespace loadgen::test
