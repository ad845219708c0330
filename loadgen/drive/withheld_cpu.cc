#include "loadgen/drive/withheld_cpu.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string>

namespace loadgen {
namespace {

namespace fs = std::filesystem;

/// Enough for cpu.stat, and for the processors' lines of /proc/stat of some hundred of them.
constexpr std::size_t kRead = 16'384;
/// An hour of each is beyond all doubt.
constexpr std::int64_t kMost = 3'600'000'000;

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

std::optional<std::int64_t> number_in(std::string_view word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || word.empty() || value < 0) return std::nullopt;
  return value;
}

bool lists_cpu(std::string_view controllers) {
  return ("," + std::string(controllers) + ",").find(",cpu,") != std::string::npos;
}

std::string read_all(int descriptor) {
  if (descriptor < 0) return {};
  std::string text(kRead, '\0');
  const ssize_t got = pread(descriptor, text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

int open_to_read(const fs::path& path) { return open(path.c_str(), O_RDONLY | O_CLOEXEC); }

/// The first of the places that tells of throttling; −1 when none does.
int open_cpu_stat(const fs::path& root) {
  std::ifstream file(root / "proc/self/cgroup");
  std::stringstream text;
  text << file.rdbuf();
  for (const fs::path& place : cpu_stat_places(text.str())) {
    const int descriptor = open_to_read(root / place);
    if (throttled_us_of(read_all(descriptor))) return descriptor;
    if (descriptor >= 0) close(descriptor);
  }
  return -1;
}

}  // namespace

std::vector<fs::path> cpu_stat_places(std::string_view text) {
  const fs::path top = "sys/fs/cgroup";
  std::vector<fs::path> places;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const bool unified = controllers.empty();
    if (!unified && !lists_cpu(controllers)) continue;
    const fs::path own = fs::path(line.substr(second + 1)).relative_path();
    for (const fs::path& mount : unified ? std::vector<fs::path>{top}
                                         : std::vector<fs::path>{top / controllers, top / "cpu"}) {
      places.push_back((mount / own / "cpu.stat").lexically_normal());
      // Within a container its own group is what is mounted.
      places.push_back(mount / "cpu.stat");
    }
  }
  return places;
}

std::optional<std::int64_t> throttled_us_of(std::string_view cpu_stat) {
  while (!cpu_stat.empty()) {
    std::string_view line = next_line(cpu_stat);
    const std::string_view key = next_word(line);
    if (key == "throttled_usec") return number_in(next_word(line));
    if (key != "throttled_time") continue;
    const auto ns = number_in(next_word(line));
    return ns ? std::optional<std::int64_t>(*ns / 1000) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::int64_t> stolen_us_of(std::string_view proc_stat, std::int64_t ticks_per_s) {
  // cpu  user nice system idle iowait irq softirq steal …, then the same of each processor.
  constexpr int kSteal = 8;
  std::optional<std::int64_t> ticks;
  std::int64_t processors = 0;
  while (!proc_stat.empty()) {
    std::string_view line = next_line(proc_stat);
    if (line.substr(0, 3) != "cpu") break;
    const bool all = next_word(line) == "cpu";
    if (!all) ++processors;
    for (int i = 1; all && i < kSteal; ++i) next_word(line);
    if (all) ticks = number_in(next_word(line));
  }
  if (!ticks || processors == 0 || ticks_per_s <= 0) return std::nullopt;
  return *ticks * 1'000'000 / ticks_per_s / processors;
}

WithheldCpu::WithheldCpu(const fs::path& root)
    : group_(open_cpu_stat(root)), machine_(open_to_read(root / "proc/stat")) {
  told_ = total();
}

WithheldCpu::~WithheldCpu() {
  if (group_ >= 0) close(group_);
  if (machine_ >= 0) close(machine_);
}

Withheld WithheldCpu::total() const {
  return {throttled_us_of(read_all(group_)).value_or(0),
          stolen_us_of(read_all(machine_), sysconf(_SC_CLK_TCK)).value_or(0)};
}

Withheld WithheldCpu::take() {
  // Counters that went back (another group, a migrated machine) tell nothing.
  const Withheld now = total();
  const Withheld since{std::clamp<std::int64_t>(now.throttled_us - told_.throttled_us, 0, kMost),
                       std::clamp<std::int64_t>(now.stolen_us - told_.stolen_us, 0, kMost)};
  told_ = now;
  return since;
}

}  // namespace loadgen
