#include "loadgen/cli/exposition.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <iostream>

#include "loadgen/experiment/interruption.h"

namespace loadgen {

Exposition::Exposition(const Scenario& scenario)
    : totals_(std::make_shared<RunningTotals>()),
      exporter_(scenario.outputs.listen, "outputs.listen", totals_),
      linger_(scenario.outputs.linger) {
  totals_->describe(scenario);
  std::cerr << "loadgen: metrics at " << exporter_.url() << std::endl;
}

std::shared_ptr<Exposition> Exposition::of(const Scenario& scenario) {
  if (scenario.outputs.listen.empty()) return nullptr;
  return std::shared_ptr<Exposition>(new Exposition(scenario));
}

void Exposition::linger() const {
  if (linger_ <= Duration{0} || interruption_noted()) return;
  sigset_t ends, before;
  sigemptyset(&ends);
  for (const int signal : ending_signals()) sigaddset(&ends, signal);
  pthread_sigmask(SIG_BLOCK, &ends, &before);
  const Instant until = Clock::now() + linger_;
  for (Duration left = linger_; left > Duration{0}; left = until - Clock::now()) {
    const timespec wait{static_cast<std::time_t>(left.count() / 1'000'000'000),
                        static_cast<long>(left.count() % 1'000'000'000)};
    if (sigtimedwait(&ends, nullptr, &wait) > 0 || errno != EINTR) break;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace loadgen
