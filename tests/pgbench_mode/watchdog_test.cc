#include "pgbench_mode/watchdog.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace loadgen::pgbench;
using namespace std::chrono_literals;

namespace {

/// Two connected sockets; nobody writes to them.
struct SilentPair {
  SilentPair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0); }
  ~SilentPair() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  int ends[2];
};

bool can_write(int socket) { return ::send(socket, "x", 1, MSG_NOSIGNAL) == 1; }

}  // namespace

TEST_CASE("a call that would never return does at the deadline") {
  SilentPair pair;
  Watchdog watchdog;
  const auto begun = Watchdog::Clock::now();
  watchdog.start(pair.ends[0], begun + 50ms);
  char byte = 0;
  CHECK(::recv(pair.ends[0], &byte, 1, 0) == 0);
  CHECK(Watchdog::Clock::now() - begun >= 50ms);
  CHECK(watchdog.stop());
}

TEST_CASE("a call that was in time is left alone, and so are the next ones") {
  SilentPair first, second;
  Watchdog watchdog;
  watchdog.start(first.ends[0], Watchdog::Clock::now() + 1h);
  CHECK_FALSE(watchdog.stop());
  CHECK(can_write(first.ends[0]));
  // The thread must not sleep until the first deadline.
  watchdog.start(second.ends[0], Watchdog::Clock::now());
  char byte = 0;
  CHECK(::recv(second.ends[0], &byte, 1, 0) == 0);
  CHECK(watchdog.stop());
  CHECK(can_write(first.ends[0]));
}

TEST_CASE("whether it fired is told of the last call only") {
  SilentPair pair;
  Watchdog watchdog;
  watchdog.start(pair.ends[0], Watchdog::Clock::now());
  char byte = 0;
  CHECK(::recv(pair.ends[0], &byte, 1, 0) == 0);
  watchdog.start(pair.ends[1], Watchdog::Clock::now() + 1h);
  CHECK_FALSE(watchdog.stop());
}
