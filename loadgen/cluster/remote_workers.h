// The workers of other processes: listens for them, takes them in, and relays between their
// connections and the channels of the coordinator. What is said, and in which order: PROTOCOL.md.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/cluster/admission.h"
#include "loadgen/cluster/allowance.h"
#include "loadgen/cluster/channel_socket.h"
#include "loadgen/cluster/clock_offset.h"
#include "loadgen/cluster/coordinator.h"
#include "loadgen/cluster/frame.h"
#include "loadgen/cluster/refusals.h"

namespace loadgen {

/// Runs on the coordinator's io_context; must outlive its coroutines: the io_context has to run
/// until `dismiss` has returned. Worker w has the shares w · threads … (w + 1) · threads − 1.
class RemoteWorkers {
 public:
  struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  // 0: the system chooses
    std::string token;
    std::string tls_cert, tls_key;  // files; empty: no TLS
    std::uint32_t workers = 1;      // processes
    std::uint32_t threads = 1;      // shares of each
    std::string version, commit;    // ours
    /// Told what people should know: who joined, who was refused.
    std::function<void(const std::string&)> say = [](const std::string&) {};
  };

  /// Adds the channels of all shares to the coordinator, and listens. Throws UserError.
  RemoteWorkers(boost::asio::io_context& io, Coordinator& coordinator, Options options);
  ~RemoteWorkers();
  RemoteWorkers(const RemoteWorkers&) = delete;
  RemoteWorkers& operator=(const RemoteWorkers&) = delete;

  std::uint16_t port() const { return port_; }
  /// Says goodbye to every worker, and ends every connection.
  boost::asio::awaitable<void> dismiss(Done done);
  const Refusals& refusals() const { return refusals_; }

 private:
  struct Session;
  struct Slot;
  using SessionPtr = std::shared_ptr<Session>;  // of its coroutines, and of its slot while it lasts

  boost::asio::awaitable<void> accept_all();
  boost::asio::awaitable<void> greet(SessionPtr session);
  boost::asio::awaitable<void> serve(SessionPtr session, Hello hello);
  boost::asio::awaitable<void> write_all(SessionPtr session);
  boost::asio::awaitable<void> ping(SessionPtr session);
  void spawn(boost::asio::awaitable<void> task);

  std::vector<Seat> seats() const;
  void take_in(const SessionPtr& session, Slot& slot, const Hello& hello, bool returning);
  /// Empty, or what is wrong with the frame.
  std::string obey(Session& session, Frame frame);
  std::string forward(Session& session, Addressed addressed);
  void note_clock(Session& session, const Pong& pong);
  void note_ready(Session& session);
  void note_record(const Slot& slot);
  Duration clock_at_start(Slot& slot);
  void pump(Slot& slot);
  void send(Session& session, std::uint32_t share, Message message);
  void send(Session& session, std::string frame);
  void note_refusal(const char* kind, const Session& session, const std::string& why);
  void end(Session& session);

  boost::asio::io_context& io_;
  Coordinator& coordinator_;
  const Options options_;
  std::unique_ptr<boost::asio::ssl::context> tls_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::list<SessionPtr> waiting_;  // whose greeting is not over, the oldest first
  Refusals refusals_;
  std::uint32_t running_ = 0;
  boost::asio::steady_timer idle_;
  bool dismissed_ = false;
};

}  // namespace loadgen
