// A child command, run beside everything else: no shell, a deadline, no zombie, no descriptor left.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/core/units.h"
#include "loadgen/experiment/stop_signal.h"

namespace loadgen {

struct Command {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH; not empty
  std::vector<std::pair<std::string, std::string>> environment;  // added to ours
  std::filesystem::path directory;                               // to run in; empty = ours
  Duration timeout = std::chrono::seconds(60);
  WakeOn kill_on;                // killed at once, as at the deadline, when this is raised
  bool separate_stdout = false;  // stdout is wanted whole, apart from stderr
};

/// How a command ended.
struct ProcessEnd {
  std::optional<int> exit_code;  // none: not started, or killed by a signal
  int signal = 0;                // that killed it; 0 = none
  bool timed_out = false;        // killed at its deadline
  bool stopped = false;          // killed by `kill_on`
  std::string failure;           // why it could not be started; empty when it was
  std::string output;            // last 8 KB of stdout and stderr, or of stderr alone when separate
  std::string standard_output;   // the first 64 KB, when separate
  bool cut = false;              // there was more of it

  bool ok() const { return exit_code == 0 && !timed_out && !stopped; }
};

inline constexpr std::size_t kOutputTail = 8 * 1024;
inline constexpr std::size_t kStandardOutput = 64 * 1024;

/// Runs a command in a process group of its own, with stdin empty and default signal handling.
/// At the deadline the group gets SIGTERM, a second later SIGKILL. A process that the command
/// leaves behind (a daemon that it starts) lives on: its output is no longer read once the command
/// itself has ended, so it had better write elsewhere. Throws only when the system has no
/// descriptors left. On the thread of the executor.
boost::asio::awaitable<ProcessEnd> run_process(Command command);

/// "exit code 3", "killed by signal 9", "gave no answer within 30s", "could not be started: …".
/// Pure.
std::string describe(const ProcessEnd& end, Duration timeout);

}  // namespace loadgen
