#include "loadgen/cli/exposition.h"

#include <doctest/doctest.h>

#include <csignal>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

Scenario listening(const std::string& address, Duration linger) {
  Scenario scenario;
  scenario.outputs.listen = address;
  scenario.outputs.linger = linger;
  return scenario;
}

TEST_CASE("without an address there is nothing to ask") {
  CHECK(Exposition::of(Scenario()) == nullptr);
}

TEST_CASE("it lingers no longer than it is told to, and until a signal at most") {
  Exposition::of(listening("127.0.0.1:0", 0s))->linger();
  Exposition::of(listening("127.0.0.1:0", 1ms))->linger();
  const auto long_one = Exposition::of(listening("127.0.0.1:0", 24h));
  sigset_t term, before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &term, &before);
  raise(SIGTERM);
  long_one->linger();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace loadgen
