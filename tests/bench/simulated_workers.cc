// Worker processes that exist only on the wire: they join a coordinator, and send it a part each
// second in which nothing was measured. For coordinator_bench.py.
//
//   simulated_workers PORT TOKEN WORKERS SECONDS GROUPS WORKLOADS TICKETS VERSION COMMIT
//
// TICKETS: a second of each workload in each group, of each worker. All parts of a second are sent
// when it is over, as real workers do. Prints what it took until each was acknowledged.
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "loadgen/cluster/channel_socket.h"
#include "loadgen/cluster/frame.h"

namespace {

using namespace loadgen;
namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

struct Options {
  std::uint16_t port = 0;
  std::string token;
  std::uint32_t workers = 0;
  RunSecond seconds = 0;
  std::uint16_t groups = 0, workloads = 0;
  std::uint64_t tickets = 0;
  std::string version, commit;
};

struct Counted {
  std::vector<double> acknowledged_after;  // seconds, of each part
  std::uint64_t parts = 0, bytes = 0, largest = 0;
  std::uint32_t there = 0, armed = 0, done = 0;
};

/// So many times around 5 ms, as a busy service's answers are.
SparseHistogram times(std::uint64_t count, std::mt19937_64& random) {
  std::lognormal_distribution<double> around(std::log(5000), 0.5);
  Histogram made;
  for (std::uint64_t i = 0; i < count; ++i)
    made.record_us(static_cast<std::int64_t>(around(random)), 1);
  return made.sparse();
}

/// Nine of ten tickets end in their own second, the others in the next one.
void fill(Slice& slice, std::uint64_t scheduled, std::uint64_t ended, std::mt19937_64& random) {
  slice.tally.scheduled = scheduled;
  slice.tally.ended[static_cast<std::size_t>(Outcome::ok)] = ended;
  if (scheduled > 0) slice[Measure::send_lag] = times(scheduled, random);
  for (const Measure measure : {Measure::response_ok, Measure::service, Measure::first_byte,
                                Measure::whole, Measure::wait}) {
    slice[measure] = times(ended, random);
  }
}

class SimulatedWorker {
 public:
  SimulatedWorker(asio::io_context& io, const Options& options, Counted& counted,
                  std::uint32_t number)
      : io_(io),
        options_(options),
        counted_(counted),
        number_(number),
        news_(io, Instant::max()),
        random_(number) {}

  asio::awaitable<void> live() {
    // A few at a time: no more are greeted at once.
    co_await pause(std::chrono::milliseconds(2 * number_));
    while (!over_) {
      channel_ = channel_over(asio::ip::tcp::socket(io_), nullptr);
      channel_->limit(kMostFrameBytes);
      const Handshake shaken =
          co_await channel_->connect("127.0.0.1", options_.port, options_.token, 5s);
      if (shaken == Handshake::done) {
        co_await converse();
        if (!over_) fail("its connection ended: " + channel_->problem());
      }
      if (!over_) co_await pause(200ms);
    }
  }

 private:
  asio::awaitable<void> pause(Duration time) {
    asio::steady_timer timer(io_, time);
    co_await timer.async_wait(kTuple);
  }

  [[noreturn]] void fail(const std::string& why) const {
    std::fprintf(stderr, "simulated worker %u: %s\n", number_, why.c_str());
    std::exit(1);
  }

  asio::awaitable<void> converse() {
    Hello hello;
    hello.version = options_.version;
    hello.commit = options_.commit;
    hello.host = "simulated";
    hello.cores = 1;
    hello.identity = number_ + 1;
    hello.index = number_;
    queue(encode(Frame(hello)));
    connected_ = true;
    asio::co_spawn(io_, write_all(), asio::detached);
    while (connected_) {
      const auto bytes = co_await channel_->read(20s);
      if (!bytes) break;
      obey(decode_frame(*bytes));
    }
    connected_ = false;
    news_.cancel();
  }

  asio::awaitable<void> write_all() {
    while (connected_) {
      if (outgoing_.empty()) {
        co_await news_.async_wait(kTuple);
        continue;
      }
      std::string frame = std::move(outgoing_.front());
      outgoing_.pop_front();
      if (!co_await channel_->write(std::move(frame), 20s)) connected_ = false;
    }
    channel_->close();
  }

  void queue(std::string frame) {
    outgoing_.push_back(std::move(frame));
    news_.cancel();
  }

  void obey(const Frame& frame) {
    if (const auto* ping = std::get_if<Ping>(&frame))
      return queue(encode(Frame(Pong{ping->number, Clock::now()})));
    if (const auto* no = std::get_if<Refused>(&frame)) fail(no->reason);
    if (std::holds_alternative<Welcome>(frame)) ++counted_.there;
    if (std::holds_alternative<Done>(frame)) {
      ++counted_.done;
      over_ = true;
      connected_ = false;
    }
    const auto* addressed = std::get_if<Addressed>(&frame);
    if (addressed == nullptr) return;
    const Message& message = addressed->message;
    if (std::holds_alternative<Assign>(message)) {
      ++counted_.armed;
      queue(encode(Frame(Addressed{number_, Armed{number_, {}}})));
    } else if (const auto* start = std::get_if<Start>(&message)) {
      asio::co_spawn(io_, report(start->at), asio::detached);
    } else if (const auto* got = std::get_if<Acknowledge>(&message)) {
      const Instant now = Clock::now();
      while (!sent_.empty() && sent_.begin()->first <= got->sequence) {
        counted_.acknowledged_after.push_back(to_seconds(now - sent_.begin()->second));
        sent_.erase(sent_.begin());
      }
    } else if (std::holds_alternative<Stop>(message)) {
      fail("the coordinator stops the run");
    }
  }

  /// A part each second, made in advance: only its sending takes time when it is due.
  asio::awaitable<void> report(Instant start) {
    for (RunSecond second = 0; second < options_.seconds; ++second) {
      const Part part = part_of(second);
      std::string frame = part_frame(number_, encode(part));
      asio::steady_timer timer(io_, start + std::chrono::seconds(second + 1));
      co_await timer.async_wait(kTuple);
      counted_.parts += 1;
      counted_.bytes += frame.size();
      counted_.largest = std::max<std::uint64_t>(counted_.largest, frame.size());
      sent_[part.sequence] = Clock::now();
      queue(std::move(frame));
    }
  }

  Part part_of(RunSecond second) {
    Part part;
    part.worker = number_;
    part.sequence = static_cast<std::uint64_t>(second) + 1;
    part.made_at = std::chrono::seconds(second + 1);
    part.first_send = std::chrono::milliseconds(1);
    part.last = second + 1 == options_.seconds;
    const std::uint64_t late = part.last ? 0 : options_.tickets / 10;
    for (std::uint16_t group = 0; group < options_.groups; ++group) {
      for (std::uint16_t workload = 0; workload < options_.workloads; ++workload) {
        Slice& now = part.slices[{group, workload, 0, second}];
        fill(now, options_.tickets, options_.tickets - late, random_);
        now.tally.in_flight = late;
        const std::uint64_t before = options_.tickets / 10;
        if (second > 0) fill(part.slices[{group, workload, 0, second - 1}], 0, before, random_);
      }
    }
    return part;
  }

  asio::io_context& io_;
  const Options& options_;
  Counted& counted_;
  const std::uint32_t number_;
  std::unique_ptr<ChannelSocket> channel_;
  asio::steady_timer news_;  // cancelled when there is something to write
  std::deque<std::string> outgoing_;
  std::map<std::uint64_t, Instant> sent_;  // parts that are not acknowledged
  std::mt19937_64 random_;
  bool connected_ = false, over_ = false;
};

void print(const Counted& counted) {
  std::vector<double> sorted = counted.acknowledged_after;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double q) {
    return sorted.empty()
               ? 0
               : sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
  };
  std::printf(
      "parts %llu\nacknowledged %zu\ndone %u\nbytes_mean %.0f\nbytes_max %llu\n"
      "acknowledged_s_p50 %.3f\nacknowledged_s_p99 %.3f\nacknowledged_s_max %.3f\n",
      static_cast<unsigned long long>(counted.parts), sorted.size(), counted.done,
      counted.parts == 0 ? 0.0
                         : static_cast<double>(counted.bytes) / static_cast<double>(counted.parts),
      static_cast<unsigned long long>(counted.largest), at(0.5), at(0.99), at(1));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 10) {
    std::fprintf(stderr, "simulated_workers: takes nine arguments; see its source\n");
    return 2;
  }
  const auto number = [&](int i) { return std::strtoul(argv[i], nullptr, 10); };
  Options options;
  options.port = static_cast<std::uint16_t>(number(1));
  options.token = argv[2];
  options.workers = static_cast<std::uint32_t>(number(3));
  options.seconds = static_cast<RunSecond>(number(4));
  options.groups = static_cast<std::uint16_t>(number(5));
  options.workloads = static_cast<std::uint16_t>(number(6));
  options.tickets = number(7);
  options.version = argv[8];
  options.commit = argv[9];
  asio::io_context io;
  Counted counted;
  std::vector<std::unique_ptr<SimulatedWorker>> workers;
  for (std::uint32_t i = 0; i < options.workers; ++i) {
    workers.push_back(std::make_unique<SimulatedWorker>(io, options, counted, i));
    asio::co_spawn(io, workers.back()->live(), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  }
  io.run();
  print(counted);
  return counted.done == options.workers ? 0 : 1;
}
