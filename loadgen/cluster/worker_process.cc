#include "loadgen/cluster/worker_process.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <deque>
#include <exception>
#include <memory>
#include <random>
#include <thread>
#include <utility>

#include "loadgen/cluster/channel_socket.h"
#include "loadgen/cluster/worker_shares.h"

namespace loadgen {

namespace asio = boost::asio;

namespace {

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

constexpr Duration kConnect = std::chrono::seconds(5);  // from the name to the upgrade
constexpr Duration kFrame = std::chrono::seconds(10);   // pings come each second
constexpr Duration kFirstBackoff = std::chrono::milliseconds(200);
constexpr Duration kLongestBackoff = std::chrono::seconds(2);
constexpr Duration kFarewell = std::chrono::seconds(5);

class WorkerProcess {
 public:
  WorkerProcess(const WorkerProcessOptions& options, const DriverFactory& factory)
      : options_(options),
        shares_(
            {io_, factory, options.spool, [this] { hear_shares(); }, options.say, options.totals}),
        signals_(io_, SIGINT, SIGTERM),
        changed_(io_, Instant::max()),
        news_(io_, Instant::max()),
        random_(std::random_device{}()) {
    if (!options_.tls_ca.empty()) tls_ = client_tls(options_.tls_ca);
    identity_ = (std::uint64_t{random_()} << 32) ^ random_();
  }
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  ExitCode run() {
    std::exception_ptr broken;
    asio::co_spawn(io_, live(), [&](const std::exception_ptr& thrown) {
      broken = thrown;
      signals_.cancel();
    });
    asio::co_spawn(io_, watch_signals(), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
    io_.run();
    if (broken) std::rethrow_exception(broken);
    return *exit_;
  }

 private:
  asio::awaitable<void> live();
  asio::awaitable<bool> converse();
  asio::awaitable<bool> introduce();
  asio::awaitable<void> write_all();
  asio::awaitable<void> watch_signals();

  void take_up(const Welcome& welcome);
  void obey(Frame frame);
  void hear_shares();
  void refused(const Refused& refused);
  void wind_up();
  void look();
  void finish(ExitCode exit, const std::string& why);
  Instant give_up_at() const;
  void queue(const Frame& frame) {
    urgent_.push_back(encode(frame));
    news_.cancel();
  }

  const WorkerProcessOptions& options_;
  asio::io_context io_;
  WorkerShares shares_;
  asio::signal_set signals_;
  asio::steady_timer changed_;  // cancelled when waiting between connections has lost its reason
  asio::steady_timer news_;     // cancelled when there is something to write
  std::unique_ptr<asio::ssl::context> tls_;
  std::minstd_rand random_;
  std::uint64_t identity_ = 0;
  std::optional<Spool::Left> left_;  // by an earlier process of ours, maybe
  std::string run_id_;
  std::optional<std::uint32_t> worker_;
  std::size_t repeated_ = 0;  // how much of what the shares said was queued on this connection
  std::unique_ptr<ChannelSocket> channel_;
  bool connected_ = false;
  bool writing_ = false;                         // a frame is on its way into the socket
  std::deque<std::string> urgent_;               // frames that go before any part
  std::map<std::uint32_t, std::uint64_t> sent_;  // on this connection, or received before it
  const Instant begun_ = Clock::now();
  Instant parted_ = Clock::now();
  std::optional<Instant> over_;  // when the plan was over
  bool dismissed_ = false;       // by Done
  std::string leaving_;          // why
  Instant leave_by_ = Instant::max();
  std::optional<ExitCode> exit_;
};

asio::awaitable<void> WorkerProcess::live() {
  Duration backoff = kFirstBackoff;
  std::string problem;
  while (!exit_ && Clock::now() < give_up_at()) {
    channel_ = channel_over(asio::ip::tcp::socket(io_), tls_.get());
    const Handshake shaken =
        co_await channel_->connect(options_.host, options_.port, options_.token, kConnect);
    if (shaken == Handshake::done) {
      const bool taken_in = co_await converse();
      if (taken_in) backoff = kFirstBackoff;
    }
    if (exit_) break;
    problem = channel_->problem();
    const bool known = worker_.has_value();  // then a stranger on the port will pass
    if (shaken == Handshake::wrong_token && !known) finish(ExitCode::usage, problem);
    if (shaken == Handshake::tls && !known) finish(ExitCode::usage, "no TLS with it: " + problem);
    look();
    if (exit_) break;
    const double jitter = 0.5 + static_cast<double>(random_()) / std::minstd_rand::max();
    const Instant again = Clock::now() + from_seconds(to_seconds(backoff) * jitter);
    changed_.expires_at(dismissed_ ? leave_by_ : std::min(again, give_up_at()));
    co_await changed_.async_wait(kTuple);
    backoff = std::min(backoff * 2, kLongestBackoff);
  }
  if (!exit_ && !leaving_.empty()) finish(ExitCode::interrupted, "");
  if (!exit_ && dismissed_) finish(ExitCode::invalid, "an engine does not end");
  if (!exit_) {
    finish(shares_.started() ? ExitCode::invalid : ExitCode::preflight_failed,
           "the coordinator can't be reached: " + problem);
  }
}

/// When there is no sense in dialling any more.
Instant WorkerProcess::give_up_at() const {
  if (dismissed_ || !leaving_.empty()) return leave_by_;
  if (!worker_) return begun_ + options_.join_within;
  if (!shares_.started()) return parted_ + options_.deliver_within;
  return over_ ? *over_ + options_.deliver_within : Instant::max();
}

/// One connection, from its hello to its end. False: not taken in.
asio::awaitable<bool> WorkerProcess::converse() {
  const bool welcome = co_await introduce();
  if (!welcome) co_return false;
  connected_ = true;
  urgent_.clear();
  repeated_ = 0;
  hear_shares();
  if (!leaving_.empty()) queue(Leave{leaving_});
  bool writing = true;
  asio::co_spawn(io_, write_all(), [&](const std::exception_ptr& thrown) {
    writing = false;
    connected_ = false;
    news_.cancel();
    if (thrown) finish(ExitCode::internal_error, "it can't write");
  });
  look();
  while (connected_ && !exit_) {
    const auto bytes = co_await channel_->read(kFrame);
    if (!bytes) break;
    try {
      obey(decode_frame(*bytes));
    } catch (const std::runtime_error& malformed) {
      options_.say(std::string("the coordinator sends what can't be read: ") + malformed.what());
      break;
    }
    look();
  }
  connected_ = false;
  parted_ = Clock::now();
  channel_->close();
  news_.cancel();
  while (writing) co_await news_.async_wait(kTuple);
  if (!exit_) options_.say("the connection to the coordinator is gone: " + channel_->problem());
  co_return true;
}

/// True: taken in.
asio::awaitable<bool> WorkerProcess::introduce() {
  Hello hello;
  hello.version = options_.version;
  hello.commit = options_.commit;
  hello.host = options_.hostname;
  hello.cores = std::thread::hardware_concurrency();
  hello.identity = identity_;
  hello.index = options_.index;
  hello.run_id = run_id_;
  hello.worker = worker_.value_or(0);
  hello.running = shares_.started();
  // Looked for each time: another process may have taken one up meanwhile.
  const auto left = worker_ ? std::vector<Spool::Left>{} : Spool::left_in(options_.spool);
  if (!left.empty()) left_ = left.front();
  if (!left.empty()) {
    hello.run_id = left_->run_id;
    hello.worker = left_->worker;
  }
  channel_->limit(kMostFrameBytes);
  co_await channel_->write(encode(Frame(hello)), kConnect);
  const auto bytes = co_await channel_->read(kConnect);
  if (!bytes) co_return false;
  try {
    const Frame frame = decode_frame(*bytes);
    if (const auto* no = std::get_if<Refused>(&frame)) refused(*no);
    if (const auto* welcome = std::get_if<Welcome>(&frame)) {
      take_up(*welcome);
      co_return !exit_;
    }
  } catch (const std::runtime_error& malformed) {
    options_.say(std::string("the coordinator sends what can't be read: ") + malformed.what());
  }
  co_return false;
}

void WorkerProcess::refused(const Refused& refused) {
  options_.say("the coordinator refuses this worker: " + refused.reason);
  if (!refused.again)
    finish(shares_.started() ? ExitCode::invalid : ExitCode::preflight_failed, refused.reason);
}

void WorkerProcess::take_up(const Welcome& welcome) {
  if (worker_ && welcome.run_id != run_id_) {
    return finish(ExitCode::preflight_failed,
                  "the coordinator has begun another run; start this worker anew for it");
  }
  if (!worker_) {
    run_id_ = welcome.run_id;
    worker_ = welcome.worker;
    options_.say("worker " + std::to_string(welcome.worker) + " of " + std::to_string(welcome.of) +
                 " in run " + run_id_);
  }
  sent_.clear();
  for (const ShareState& state : welcome.received) sent_[state.share] = state.sequence;
  shares_.take_up(welcome, left_);
}

/// Parts go out as they stand in the spool, in their order.
asio::awaitable<void> WorkerProcess::write_all() {
  while (connected_) {
    std::string frame;
    if (!urgent_.empty()) {
      frame = std::move(urgent_.front());
      urgent_.pop_front();
    } else if (const auto waiting = shares_.next(sent_)) {
      frame = part_frame(waiting->state.share, waiting->part);
      sent_[waiting->state.share] = waiting->state.sequence;
    } else {
      co_await news_.async_wait(kTuple);
      continue;
    }
    writing_ = true;
    const bool written = co_await channel_->write(std::move(frame), kFrame);
    writing_ = false;
    if (!written) break;
    look();
  }
  channel_->close();
}

void WorkerProcess::obey(Frame frame) {
  if (const auto* ping = std::get_if<Ping>(&frame)) return queue(Pong{ping->number, Clock::now()});
  if (const auto* no = std::get_if<Refused>(&frame)) return refused(*no);
  if (const auto* done = std::get_if<Done>(&frame)) {
    if (!done->started)
      return finish(ExitCode::preflight_failed, "the run did not start: " + done->reason);
    if (!done->reason.empty()) options_.say("the run was broken off: " + done->reason);
    return wind_up();
  }
  auto* addressed = std::get_if<Addressed>(&frame);
  if (addressed == nullptr) throw std::runtime_error("a frame that only workers send");
  shares_.obey(std::move(*addressed));
}

/// Nothing is wanted any more. Engines that still run go into the spool with what they have.
void WorkerProcess::wind_up() {
  dismissed_ = true;
  leave_by_ = Clock::now() + kFarewell;
  shares_.stop();
}

void WorkerProcess::hear_shares() {
  while (connected_ && repeated_ < shares_.said().size()) queue(shares_.said()[repeated_++]);
  news_.cancel();
  look();
}

asio::awaitable<void> WorkerProcess::watch_signals() {
  for (;;) {
    const auto [error, number] = co_await signals_.async_wait(kTuple);
    if (error) co_return;
    if (!leaving_.empty()) {  // twice: nothing is waited for
      leave_by_ = Clock::now();
      finish(ExitCode::interrupted, "");
      continue;
    }
    leaving_ = number == SIGINT ? "interrupted by SIGINT" : "interrupted by SIGTERM";
    leave_by_ = Clock::now() + kFarewell;
    options_.say(leaving_);
    if (connected_) queue(Leave{leaving_});
    shares_.stop();
    look();
  }
}

/// Whether it is over.
void WorkerProcess::look() {
  if (exit_) return;
  if (shares_.over() && !over_) over_ = Clock::now();
  if (!leaving_.empty()) {
    const bool nothing_left = shares_.delivered() && urgent_.empty() && !writing_;
    if (shares_.assigned() ? over_ && (nothing_left || !connected_) : nothing_left)
      finish(ExitCode::interrupted, "");
    return;
  }
  if (dismissed_) {
    if (over_ || !shares_.started())
      finish(shares_.delivered() ? ExitCode::pass : ExitCode::invalid, "");
    return;
  }
  // Connected, it waits to be told that it is done.
  if (over_ && shares_.started() && shares_.delivered() && !connected_) finish(ExitCode::pass, "");
}

void WorkerProcess::finish(ExitCode exit, const std::string& why) {
  if (exit_) return;
  exit_ = exit;
  if (!why.empty()) options_.say(why);
  shares_.leave_spool();
  shares_.stop();
  changed_.cancel();
  news_.cancel();
  if (channel_) channel_->close();
}

}  // namespace

ExitCode run_worker_process(const WorkerProcessOptions& options, const DriverFactory& factory) {
  return WorkerProcess(options, factory).run();
}

}  // namespace loadgen
