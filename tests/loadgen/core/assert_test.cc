#include "loadgen/core/assert.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

TEST_CASE("what is true goes on, evaluated once") {
  int evaluated = 0;
  LG_ASSERT(++evaluated == 1);
  CHECK(evaluated == 1);
}

TEST_CASE("what is not true is printed with its place, and the process aborts") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // not to the test runner's handler
    ::dup2(ends[1], STDERR_FILENO);
    loadgen::assertion_failed("open >= 0", "slice.cc", 7);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[256];
  for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
  CHECK(text == "loadgen: internal error: not true: open >= 0 (slice.cc:7)\n");
}
