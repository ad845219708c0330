#include "loadgen/drive/priority.h"

#include <doctest/doctest.h>
#include <sched.h>

#include <thread>

namespace loadgen {
namespace {

int policy() { return sched_getscheduler(0) & ~SCHED_RESET_ON_FORK; }

TEST_CASE("real-time where that is granted, ordinary again on request, and inherited by nobody") {
  int before = -1, punctual = -1, started = -1, fair = -1;
  std::thread([&] {
    before = policy();
    prefer_punctuality();
    punctual = policy();
    std::thread([&] { started = policy(); }).join();
    prefer_fairness();
    fair = policy();
  }).join();
  CHECK(before == SCHED_OTHER);
  CHECK((punctual == SCHED_RR || punctual == SCHED_OTHER));
  CHECK(started == SCHED_OTHER);
  CHECK(fair == SCHED_OTHER);
}

}  // namespace
}  // namespace loadgen
