#include "loadgen/drive/priority.h"

#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace loadgen {

namespace {

/// struct sched_attr of the kernel's ABI, first version; glibc declares it only since 2.41.
struct SchedulingWishes {
  std::uint32_t size = sizeof(SchedulingWishes);
  std::uint32_t policy = SCHED_NORMAL;
  std::uint64_t flags = SCHED_FLAG_RESET_ON_FORK;  // threads that this one starts do not inherit it
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime_ns = 0;  // SCHED_NORMAL: the slice, 0.1 to 100 ms (Linux 6.12 and later)
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};

constexpr std::uint64_t kSliceNs = 100'000;
constexpr int kNice = -10;

bool wish(const SchedulingWishes& wishes) { return syscall(SYS_sched_setattr, 0, &wishes, 0) == 0; }

}  // namespace

void prefer_punctuality() {
  // The kernel may delay a thread's timers by 50 µs to bundle them; that would be our send lag.
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  SchedulingWishes real_time;
  real_time.policy = SCHED_RR;
  real_time.priority = 1;
  if (!wish(real_time)) prefer_fairness();
}

void prefer_fairness() {
  SchedulingWishes wishes;
  wishes.nice = kNice;
  wishes.runtime_ns = kSliceNs;
  if (wish(wishes)) return;
  wishes.nice = getpriority(PRIO_PROCESS, 0);  // without the right to a higher one
  wish(wishes);
}

}  // namespace loadgen
