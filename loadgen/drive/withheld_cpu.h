// Processor time that this machine kept from us: a quota's throttling, and what a hypervisor stole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace loadgen {

/// Since the last reading, in µs.
struct Withheld {
  std::int64_t throttled_us = 0;  // of this control group's processors, added up
  std::int64_t stolen_us = 0;     // of a processor, the mean over all of the machine
  bool operator==(const Withheld&) const = default;
};

/// Reads the kernel's counters: cpu.stat of the control group that this process is in, of either
/// version, and /proc/stat. What is not there counts as 0. Two preads a reading; one thread.
class WithheldCpu {
 public:
  /// `root`: where /proc and /sys are found.
  explicit WithheldCpu(const std::filesystem::path& root = "/");
  ~WithheldCpu();
  WithheldCpu(const WithheldCpu&) = delete;
  WithheldCpu& operator=(const WithheldCpu&) = delete;

  /// What came since the last call, or since construction.
  Withheld take();

 private:
  Withheld total() const;

  int group_ = -1, machine_ = -1;  // descriptors
  Withheld told_;
};

/// Where the cpu.stat of a process may be whose /proc/self/cgroup says `text`: relative to the
/// root, the likeliest first. Pure.
std::vector<std::filesystem::path> cpu_stat_places(std::string_view text);

/// throttled_usec of version 2, or throttled_time (ns) of version 1, in µs; nothing when the text
/// has neither. Pure.
std::optional<std::int64_t> throttled_us_of(std::string_view cpu_stat);

/// The mean over processors of what /proc/stat says was stolen, in µs; `ticks_per_s` is its unit.
/// Nothing when it does not say. Pure.
std::optional<std::int64_t> stolen_us_of(std::string_view proc_stat, std::int64_t ticks_per_s);

}  // namespace loadgen
