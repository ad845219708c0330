#include "loadgen/experiment/process.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <string_view>
#include <utility>

#include "loadgen/experiment/child.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;  // NOLINT: the operators have no names
using asio::posix::stream_descriptor;

namespace {

constexpr Duration kTermGrace = std::chrono::seconds(1);
/// A killed process that does not end (stuck in the kernel) is left to itself after this.
constexpr Duration kKillGrace = std::chrono::seconds(5);
/// What is read at most after the command's end: whoever still writes is somebody else.
constexpr std::size_t kAfterEnd = 1024 * 1024;

/// What is kept of one stream: its first or its last bytes.
struct Stream {
  stream_descriptor descriptor;
  std::size_t limit;
  bool keep_first;
  std::string kept;
  bool cut = false;
  bool finished = false;  // nobody wants more of it

  void keep(std::string_view bytes) {
    if (keep_first) {
      const std::size_t room = limit - kept.size();
      cut |= bytes.size() > room;
      kept += bytes.substr(0, room);
      return;
    }
    kept += bytes;
    if (kept.size() > 2 * limit) kept.erase(0, kept.size() - limit);
  }
  std::string take() {
    if (!keep_first && kept.size() > limit) kept.erase(0, kept.size() - limit);
    return std::move(kept);
  }
};

/// One read. Returns the bytes read; 0 at the end, on an error, and when nothing is there.
std::size_t read_once(Stream& stream, bool& open) {
  std::array<char, 16 * 1024> buffer;
  const ssize_t n = ::read(stream.descriptor.native_handle(), buffer.data(), buffer.size());
  open = n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
  if (n <= 0) return 0;
  stream.keep({buffer.data(), static_cast<std::size_t>(n)});
  return static_cast<std::size_t>(n);
}

asio::awaitable<void> follow(Stream& stream) {
  bool open = true;
  while (open && !stream.finished) {
    const auto [error] = co_await stream.descriptor.async_wait(stream_descriptor::wait_read,
                                                               asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    read_once(stream, open);
  }
}

/// Takes what the ended command left in the pipe and gives the pipe up, whoever still holds it.
void finish(Stream& stream) {
  if (!stream.descriptor.is_open()) return;
  bool open = true;
  for (std::size_t total = 0; open && total < kAfterEnd;) {
    const std::size_t n = read_once(stream, open);
    if (n == 0) break;
    total += n;
  }
  stream.finished = true;
  stream.descriptor.cancel();
}

asio::awaitable<void> becomes_readable(stream_descriptor& descriptor) {
  co_await descriptor.async_wait(stream_descriptor::wait_read, asio::as_tuple(asio::use_awaitable));
}

/// Waits until the child has ended, or until `when`, or for `wake`. False: it still runs.
asio::awaitable<bool> ended_by(const Child& child, stream_descriptor& pidfd, Instant when,
                               WakeOn wake) {
  // In a loop, since Asio tells of a descriptor now and then what was true of an earlier one that
  // had the same number (seen with 12 commands at a time).
  while (!child.has_ended()) {
    if (wake.raised() || Clock::now() >= when) co_return false;
    co_await (becomes_readable(pidfd) || sleep_until(when, wake));
  }
  co_return true;
}

/// Waits for the child's end, kills it when it is time, reaps it, and gives the streams up.
asio::awaitable<void> oversee(Child& child, stream_descriptor& pidfd, const Command& command,
                              std::array<Stream*, 2> streams, ProcessEnd& end) {
  const Instant deadline = Clock::now() + command.timeout;
  bool ended = co_await ended_by(child, pidfd, deadline, command.kill_on);
  if (!ended) {
    (command.kill_on.raised() ? end.stopped : end.timed_out) = true;
    child.kill_group(SIGTERM);
    co_await ended_by(child, pidfd, Clock::now() + kTermGrace, WakeOn{});
    // Before it is reaped, while the group's number is surely still its own.
    child.kill_group(SIGKILL);
    ended = co_await ended_by(child, pidfd, Clock::now() + kKillGrace, WakeOn{});
  }
  if (ended) {
    child.reap(end);
  } else {
    child.abandon();
  }
  for (Stream* stream : streams) finish(*stream);
}

}  // namespace

asio::awaitable<ProcessEnd> run_process(Command command) {
  const auto executor = co_await asio::this_coro::executor;
  ProcessEnd end;
  PipeEnds errors = make_pipe();
  PipeEnds outputs = command.separate_stdout ? make_pipe() : PipeEnds{};
  const int standard_error = errors.write.get();
  Child child(command, command.separate_stdout ? outputs.write.get() : standard_error,
              standard_error);
  if (!child.failure().empty()) {
    end.failure = child.failure();
    co_return end;
  }
  errors.write = OwnedFd();
  outputs.write = OwnedFd();
  stream_descriptor pidfd(executor, child.open_pidfd().release());
  Stream tail{stream_descriptor(executor, errors.read.release()), kOutputTail, false, {}};
  Stream whole{stream_descriptor(executor), kStandardOutput, true, {}};
  const std::array<Stream*, 2> streams{&tail, &whole};
  if (command.separate_stdout) {
    whole.descriptor.assign(outputs.read.release());
    co_await (oversee(child, pidfd, command, streams, end) && follow(tail) && follow(whole));
  } else {
    co_await (oversee(child, pidfd, command, streams, end) && follow(tail));
  }
  end.output = tail.take();
  end.standard_output = whole.take();
  end.cut = whole.cut;
  co_return end;
}

std::string describe(const ProcessEnd& end, Duration timeout) {
  if (!end.failure.empty()) return "could not be started: " + end.failure;
  if (end.timed_out) return "gave no answer within " + print_duration(timeout);
  if (end.stopped) return "was stopped";
  if (end.exit_code) return "exit code " + std::to_string(*end.exit_code);
  if (end.signal != 0) return "killed by signal " + std::to_string(end.signal);
  return "ended in an unknown way";
}

}  // namespace loadgen
