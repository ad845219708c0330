#include "loadgen/experiment/process.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <string>

#include "tests/loadgen/experiment/awaited.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

Command shell(const std::string& script, Duration timeout = 5s) {
  Command command;
  command.argv = {"sh", "-c", script};
  command.timeout = timeout;
  return command;
}

std::size_t open_descriptors() {
  std::size_t n = 0;
  DIR* directory = ::opendir("/proc/self/fd");
  while (::readdir(directory) != nullptr) ++n;
  ::closedir(directory);
  return n;
}

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD; }

/// Zombies, which only init can clear away, do not run.
bool runs(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name, state;
  return file >> number >> name >> state && state != "Z";
}

TEST_CASE("a command's end and output are told as they were") {
  struct Row {
    std::string why;
    std::vector<std::string> argv;
    std::optional<int> exit_code;
    std::string output;
  };
  const Row rows[] = {
      {"success", {"true"}, 0, ""},
      {"failure", {"false"}, 1, ""},
      {"a code of its own", {"sh", "-c", "exit 77"}, 77, ""},
      {"stdout and stderr share one pipe", {"sh", "-c", "echo a; echo b >&2"}, 0, "a\nb\n"},
      {"arguments reach the program unchanged",
       {"printf", "%s|", "a b", "$HOME", "*"},
       0,
       "a b|$HOME|*|"},
      {"stdin is empty", {"cat"}, 0, ""},
      {"the child's SIGPIPE is the default one", {"sh", "-c", "yes | head -n 1"}, 0, "y\n"},
      {"an argument that is empty", {"printf", "[%s]", ""}, 0, "[]"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Command command;
    command.argv = row.argv;
    const ProcessEnd end = awaited(run_process(command));
    CHECK(end.exit_code == row.exit_code);
    CHECK(end.output == row.output);
    CHECK(end.failure.empty());
    CHECK_FALSE(end.timed_out);
  }
  CHECK_FALSE(has_children());
}

TEST_CASE("what can't be started says why") {
  Command missing;
  missing.argv = {"loadgen-no-such-program"};
  CHECK(awaited(run_process(missing)).failure ==
        "cannot run 'loadgen-no-such-program': no such program");
  Command directory = shell("pwd");
  directory.directory = "/no/such/directory";
  CHECK(awaited(run_process(directory)).failure ==
        "cannot run 'sh': its directory '/no/such/directory' does not exist");
  Command file;
  file.argv = {"/etc/passwd"};
  const ProcessEnd end = awaited(run_process(file));
  CHECK(end.failure == "cannot run '/etc/passwd': Permission denied");
  CHECK_FALSE(end.ok());
  CHECK(describe(end, 1s) == "could not be started: cannot run '/etc/passwd': Permission denied");
}

TEST_CASE("directory and environment are the command's") {
  Command command = shell("pwd; echo $LOADGEN_GROUP; echo $HOME");
  command.directory = "/usr";
  command.environment = {{"LOADGEN_GROUP", "blue"}, {"HOME", "/elsewhere"}};
  CHECK(awaited(run_process(command)).output == "/usr\nblue\n/elsewhere\n");
  Command relative;
  relative.argv = {"./env", "true"};
  relative.directory = "/usr/bin";
  CHECK(awaited(run_process(relative)).exit_code == 0);
}

TEST_CASE("the last 8 KB of a long output are kept, and it never blocks the command") {
  const ProcessEnd end =
      awaited(run_process(shell("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo the end")));
  CHECK(end.exit_code == 0);
  CHECK(end.output.size() == kOutputTail);
  CHECK(end.output.substr(end.output.size() - 10) == "x\nthe end\n");
}

TEST_CASE("stdout apart from stderr, its first 64 KB") {
  Command command = shell("echo noise >&2; printf 42");
  command.separate_stdout = true;
  const ProcessEnd end = awaited(run_process(command));
  CHECK(end.standard_output == "42");
  CHECK(end.output == "noise\n");
  CHECK_FALSE(end.cut);
  Command exact = shell("head -c 65536 /dev/zero");
  exact.separate_stdout = true;
  CHECK_FALSE(awaited(run_process(exact)).cut);
  Command beyond = shell("head -c 65537 /dev/zero");
  beyond.separate_stdout = true;
  const ProcessEnd cut = awaited(run_process(beyond));
  CHECK(cut.cut);
  CHECK(cut.standard_output.size() == kStandardOutput);
}

TEST_CASE("at its deadline the whole group is killed") {
  const Instant begun = Clock::now();
  // The inner sleep is a grandchild: it would live for a minute if only the shell were killed.
  const ProcessEnd end = awaited(run_process(shell("sleep 61 & echo $!; wait", 200ms)));
  CHECK(end.timed_out);
  CHECK_FALSE(end.ok());
  CHECK_FALSE(end.exit_code.has_value());
  CHECK(end.signal == SIGTERM);
  CHECK(describe(end, 200ms) == "gave no answer within 200ms");
  CHECK(Clock::now() - begun < 10s);
  const pid_t grandchild = std::stoi(end.output);
  CHECK(grandchild > 0);
  for (int i = 0; i < 100 && runs(grandchild); ++i) ::usleep(10'000);
  CHECK_FALSE(runs(grandchild));
}

TEST_CASE("who ignores SIGTERM gets SIGKILL a second later") {
  const Instant begun = Clock::now();
  const ProcessEnd end =
      awaited(run_process(shell("trap '' TERM; while :; do sleep 0.05; done", 100ms)));
  CHECK(end.timed_out);
  CHECK(end.signal == SIGKILL);
  CHECK(Clock::now() - begun >= 1100ms);
  CHECK(Clock::now() - begun < 10s);
}

TEST_CASE("a daemon that a hook leaves behind lives on, and holds nobody up") {
  struct Row {
    std::string why;
    const char* script;
  };
  const Row rows[] = {
      {"silent", "sleep 20 & echo $!"},
      {"writing without end", "(trap '' PIPE; while :; do echo y; sleep 0.001; done) & echo $!"},
      {"in a session of its own", "setsid sleep 20 & echo $!"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Instant begun = Clock::now();
    const ProcessEnd end = awaited(run_process(shell(row.script)));
    CHECK(end.exit_code == 0);
    CHECK(Clock::now() - begun < 10s);
    // Its own lines may stand before its number.
    const pid_t daemon = std::stoi(end.output.substr(end.output.find_first_of("0123456789")));
    CHECK(::kill(daemon, 0) == 0);
    ::kill(daemon, SIGKILL);
  }
}

boost::asio::awaitable<ProcessEnd> stopped_after(StopSignal& stop, Duration delay) {
  Command command = shell("sleep 30", 20s);
  command.kill_on = {&stop, Urgency::stop};
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, delay);
  timer.async_wait([&stop](boost::system::error_code) { stop.raise(Urgency::stop, "enough"); });
  ProcessEnd end = co_await run_process(command);
  co_return end;
}

TEST_CASE("a raised signal kills the command") {
  StopSignal stop;
  const Instant begun = Clock::now();
  const ProcessEnd end = awaited(stopped_after(stop, 50ms));
  CHECK(end.stopped);
  CHECK_FALSE(end.timed_out);
  CHECK(describe(end, 1s) == "was stopped");
  CHECK(Clock::now() - begun < 10s);
  StopSignal only_ending;
  only_ending.raise(Urgency::ending);
  Command command = shell("exit 0");
  command.kill_on = {&only_ending, Urgency::stop};
  CHECK(awaited(run_process(command)).exit_code == 0);
}

boost::asio::awaitable<void> thirty_in_a_row(int& wrong) {
  for (int i = 0; i < 30; ++i) {
    Command command = shell("echo x; exit 3");
    const ProcessEnd end = co_await run_process(command);
    if (end.exit_code != 3 || end.output != "x\n") ++wrong;
  }
}

TEST_CASE("many commands at a time, each with its own end") {
  boost::asio::io_context io;
  int wrong = 0;
  for (int i = 0; i < 12; ++i) {
    boost::asio::co_spawn(io, thirty_in_a_row(wrong), [](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
  }
  io.run();
  CHECK(wrong == 0);
}

TEST_CASE("no descriptor and no zombie stays, whatever happens") {
  awaited(run_process(shell("true")));
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    Command separate = shell("echo x");
    separate.separate_stdout = true;
    awaited(run_process(separate));
    awaited(run_process(shell("kill -9 $$")));
    Command missing;
    missing.argv = {"loadgen-no-such-program"};
    awaited(run_process(missing));
  }
  CHECK(open_descriptors() == before);
  CHECK_FALSE(has_children());
}

TEST_CASE("the child inherits no descriptor of ours") {
  // Against what a child gets that is started while we hold nothing: the test's own inheritance.
  const char* const count = "ls /proc/self/fd | wc -l";
  FILE* plain = ::popen(count, "r");
  char text[16] = "";
  REQUIRE(std::fgets(text, sizeof text, plain) != nullptr);
  ::pclose(plain);
  Command separate = shell(count);
  separate.separate_stdout = true;
  CHECK(awaited(run_process(shell(count))).output == text);
  CHECK(awaited(run_process(separate)).standard_output == text);
}

}  // namespace
}  // namespace loadgen
