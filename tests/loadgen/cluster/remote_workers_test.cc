// What strangers and broken workers do to a run: nothing. Whole runs are in worker_process_test.cc.
#include "loadgen/cluster/remote_workers.h"

#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "worker_process_thread.h"

namespace loadgen {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using test::CoordinatorSide;
using test::kToken;
using test::WorkerProcessThread;

/// A client that says what the test wants it to, on a thread of its own.
class Script {
 public:
  explicit Script(const CoordinatorSide& side) : port_(side.port()) {}
  ~Script() {
    if (thread_.joinable()) thread_.join();
  }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  /// Joins with this hello, sends `frames`, and reads until the other end closes.
  void play(Hello hello, std::vector<std::string> frames) {
    thread_ = std::thread([this, hello = std::move(hello), frames = std::move(frames)] {
      asio::io_context io;
      asio::co_spawn(io, speak(io, hello, frames), [](const std::exception_ptr& thrown) {
        if (thrown) std::rethrow_exception(thrown);
      });
      io.run();
      over_ = true;
    });
  }
  /// It answers nothing any more.
  void mute() { mute_ = true; }
  bool over() const { return over_; }
  bool taken_in() const { return taken_in_; }

 private:
  asio::awaitable<void> speak(asio::io_context& io, Hello hello, std::vector<std::string> frames) {
    const auto channel = channel_over(tcp::socket(io), nullptr);
    const Handshake shaken = co_await channel->connect("127.0.0.1", port_, kToken, 5s);
    if (shaken != Handshake::done) co_return;
    co_await channel->write(encode(Frame(hello)), 5s);
    const auto answer = co_await channel->read(5s);
    taken_in_ = answer && std::holds_alternative<Welcome>(decode_frame(*answer));
    for (const std::string& frame : frames) co_await channel->write(frame, 5s);
    while (const auto bytes = co_await channel->read(5s)) {
      const Frame frame = decode_frame(*bytes);
      if (mute_) continue;
      std::optional<Frame> reply;
      if (const auto* ping = std::get_if<Ping>(&frame)) reply = Pong{ping->number, Clock::now()};
      const auto* addressed = std::get_if<Addressed>(&frame);
      if (addressed != nullptr && std::holds_alternative<Assign>(addressed->message))
        reply = Addressed{addressed->share, Armed{addressed->share, {}}};
      if (reply) co_await channel->write(encode(*reply), 5s);
    }
  }
  std::uint16_t port_;
  std::atomic<bool> over_ = false, taken_in_ = false, mute_ = false;
  std::thread thread_;
};

Hello hello() {
  Hello made;
  made.version = "0.1.0";
  made.host = "script";
  made.identity = 1;
  return made;
}

TEST_CASE("a worker that breaks the protocol is let go, and its seat is free again") {
  Part foreign;
  foreign.worker = 1;
  Part mislabelled;
  mislabelled.worker = 5;
  struct Row {
    const char* why;
    std::string frame;
  };
  for (const Row& row : {
           Row{"garbage", "\xff\xff\xff"},
           Row{"nothing", ""},
           Row{"a second hello", encode(Frame(hello()))},
           Row{"what only coordinators say", encode(Frame(Done{}))},
           Row{"a message that only coordinators send", encode(Frame(Addressed{0, Stop{true}}))},
           Row{"a part of another worker's share", encode(Frame(Addressed{1, foreign}))},
           Row{"a part that names another share", encode(Frame(Addressed{0, mislabelled}))},
       }) {
    CAPTURE(row.why);
    CoordinatorSide side(2, 1);
    Script script(side);
    script.play(hello(), {row.frame});
    side.run_until([&] { return script.over(); });
    CHECK(script.taken_in());
    CHECK(side.remote_workers().refusals().text() == "1 broken frame");
    WorkerProcessThread a(side), b(side);
    CHECK(side.arm().empty());
    side.dismiss({false, "over"});
  }
}

TEST_CASE("strangers and idle connections do not keep workers out, and are counted") {
  CoordinatorSide side(1, 1);
  asio::io_context io;
  std::vector<tcp::socket> idle;
  for (int i = 0; i < 150; ++i) {
    idle.emplace_back(io);
    idle.back().connect({asio::ip::address_v4::loopback(), side.port()});
    if (i % 20 == 0) side.run_for(1ms);
  }
  WorkerProcessThread worker(side);
  CHECK(side.arm().empty());
  CHECK(side.remote_workers().refusals().text().find("silent") != std::string::npos);
  side.start(300ms);
  CHECK(side.finished());
  side.end();
  CHECK(worker.exit() == ExitCode::pass);
}

TEST_CASE("a process that takes a share up again goes on from now, and its holes are known") {
  CoordinatorSide side(1, 1);
  Script first(side);
  first.play(hello(), {});
  CHECK(side.arm().empty());
  side.start(6s);
  side.run_for(700ms);
  first.mute();
  WorkerProcessThread second(side, [](WorkerProcessOptions& o) { o.index = 0; });
  side.run_for(500ms);
  CHECK(second.heard("worker 0 is there already"));
  side.run_until([&] { return side.coordinator().received(0) > 0; });
  CHECK(side.finished());
  const auto& marks = side.coordinator().marks();
  CHECK(std::count_if(marks.begin(), marks.end(),
                      [](const Mark& mark) { return mark.kind == "worker_restarted"; }) == 1);
  CHECK(side.coordinator().incomplete() == std::vector<std::uint32_t>{0});
  side.end();
  CHECK(second.exit() == ExitCode::pass);
}

}  // namespace
}  // namespace loadgen
