#include "loadgen/experiment/interruption.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

/// The wait status of a process that does this: what is noted stays noted in one.
template <class Body>
int status_of(const Body& body) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(STDERR_FILENO);
    body();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST_CASE("the first signal is noted, the second one ends the process with 130") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(number);
    const int once = status_of([&] {
      note_interruptions();
      if (interruption_noted()) ::_exit(1);
      ::raise(number);
      ::_exit(interruption_noted() ? 7 : 2);
    });
    CHECK(WIFEXITED(once));
    CHECK(WEXITSTATUS(once) == 7);
    const int twice = status_of([&] {
      note_interruptions();
      ::raise(number);
      ::raise(SIGTERM);
    });
    CHECK(WIFEXITED(twice));
    CHECK(WEXITSTATUS(twice) == static_cast<int>(ExitCode::interrupted));
  }
  CHECK_FALSE(interruption_noted());
}

TEST_CASE("under nohup a terminal that is closed ends nothing") {
  const int status = status_of([] {
    ::signal(SIGHUP, SIG_IGN);
    note_interruptions();
    const auto signals = ending_signals();
    const bool listed = std::find(signals.begin(), signals.end(), SIGHUP) != signals.end();
    ::raise(SIGHUP);
    ::raise(SIGHUP);
    ::_exit(!listed && !interruption_noted() ? 7 : 1);
  });
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
}

}  // namespace
}  // namespace loadgen
