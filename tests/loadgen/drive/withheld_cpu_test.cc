#include "loadgen/drive/withheld_cpu.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace loadgen {
namespace {

namespace fs = std::filesystem;

TEST_CASE("where the control group's counters may be") {
  struct Row {
    std::string why, text;
    std::vector<fs::path> places;
  };
  const Row rows[] = {
      {"version 2, on the machine itself",
       "0::/system.slice/loadgen.service\n",
       {"sys/fs/cgroup/system.slice/loadgen.service/cpu.stat", "sys/fs/cgroup/cpu.stat"}},
      {"version 2, in a container", "0::/\n", {"sys/fs/cgroup/cpu.stat", "sys/fs/cgroup/cpu.stat"}},
      {"version 1",
       "3:memory:/a\n2:cpu,cpuacct:/pod/7\n",
       {"sys/fs/cgroup/cpu,cpuacct/pod/7/cpu.stat", "sys/fs/cgroup/cpu,cpuacct/cpu.stat",
        "sys/fs/cgroup/cpu/pod/7/cpu.stat", "sys/fs/cgroup/cpu/cpu.stat"}},
      {"a controller whose name begins alike", "2:cpuset:/a\n1:cpuacct:/\n", {}},
      {"nothing", "", {}},
      {"no such file's text",
       "what\n:\n::\n",
       {"sys/fs/cgroup/cpu.stat", "sys/fs/cgroup/cpu.stat"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(cpu_stat_places(row.text) == row.places);
  }
}

TEST_CASE("throttling of both versions") {
  CHECK(throttled_us_of("usage_usec 9\nnr_throttled 3\nthrottled_usec 4200\n") == 4200);
  CHECK(throttled_us_of("nr_periods 10\nnr_throttled 3\nthrottled_time 4200999\n") == 4200);
  for (const char* text :
       {"", "usage_usec 9\n", "throttled_usec\n", "throttled_usec x\n", "throttled_time -5\n"}) {
    CAPTURE(text);
    CHECK_FALSE(throttled_us_of(text));
  }
}

TEST_CASE("stolen time is the mean over processors") {
  const std::string two =
      "cpu  1 2 3 4 5 6 7 300 9 10\ncpu0 1 2 3 4 5 6 7 100 0 0\n"
      "cpu1 1 2 3 4 5 6 7 200 0 0\nintr 5\n";
  CHECK(stolen_us_of(two, 100) == 1'500'000);
  CHECK_FALSE(stolen_us_of("", 100));
  CHECK_FALSE(stolen_us_of("cpu  1 2 3\ncpu0 1 2 3\n", 100));
  CHECK_FALSE(stolen_us_of("intr 5\n", 100));
}

TEST_CASE("what came since the last reading") {
  const fs::path root = fs::current_path() / "withheld_cpu_test";
  fs::create_directories(root / "proc/self");
  fs::create_directories(root / "sys/fs/cgroup");
  const auto say = [&](int throttled, int stolen) {
    std::ofstream(root / "sys/fs/cgroup/cpu.stat") << "throttled_usec " << throttled << "\n";
    std::ofstream(root / "proc/stat")
        << "cpu  0 0 0 0 0 0 0 " << stolen << " 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n";
  };
  std::ofstream(root / "proc/self/cgroup") << "0::/\n";
  say(1000, 5);
  WithheldCpu cpu(root);
  CHECK(cpu.take() == Withheld{});
  say(1700, 8);
  CHECK(cpu.take() == Withheld{700, 3 * 1'000'000 / sysconf(_SC_CLK_TCK)});
  CHECK(cpu.take() == Withheld{});
  say(10, 1);  // on another machine now
  CHECK(cpu.take() == Withheld{});
  fs::remove_all(root);
  CHECK(WithheldCpu(root).take() == Withheld{});
}

TEST_CASE("this machine's counters never go back") {
  WithheldCpu cpu;
  const Withheld since = cpu.take();
  CHECK(since.throttled_us >= 0);
  CHECK(since.stolen_us >= 0);
}

}  // namespace
}  // namespace loadgen
