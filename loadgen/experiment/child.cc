#include "loadgen/experiment/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "loadgen/core/assert.h"

namespace loadgen {

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

PipeEnds make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  PipeEnds pipe{OwnedFd(ends[0]), OwnedFd(ends[1])};
  // Only our end: the child's descriptor must block as any program expects.
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return pipe;
}

namespace {

/// posix_spawn's two descriptions of the child, freed on every way out.
struct SpawnPlan {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;

  SpawnPlan(const Command& command, int standard_output, int standard_error) {
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, standard_output, 1);
    posix_spawn_file_actions_adddup2(&files, standard_error, 2);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    if (!command.directory.empty()) {
      posix_spawn_file_actions_addchdir_np(&files, command.directory.c_str());
    }
    posix_spawnattr_init(&attributes);
    // A group of its own, so that Ctrl-C at the terminal reaches only us and a deadline reaches
    // everything that the command started.
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD}) {
      sigaddset(&defaults, signal);
    }
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

/// Our environment with the additions, which win.
std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    bool replaced = false;
    for (const auto& addition : command.environment) replaced |= addition.first == name;
    if (!replaced) entries.emplace_back(text);
  }
  for (const auto& [name, value] : command.environment) entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Child::Child(const Command& command, int standard_output, int standard_error) {
  LG_ASSERT(!command.argv.empty());
  std::error_code missing;
  if (!command.directory.empty() && !std::filesystem::is_directory(command.directory, missing)) {
    failure_ = "cannot run '" + command.argv[0] + "': its directory '" +
               command.directory.string() + "' does not exist";
    return;
  }
  const SpawnPlan plan(command, standard_output, standard_error);
  std::vector<std::string> argv = command.argv;
  std::vector<std::string> entries = environment_of(command);
  const int error = ::posix_spawnp(&pid_, argv[0].c_str(), &plan.files, &plan.attributes,
                                   pointers_to(argv).data(), pointers_to(entries).data());
  if (error != 0) {
    pid_ = -1;
    failure_ = "cannot run '" + command.argv[0] + "': " +
               (error == ENOENT ? "no such program" : std::generic_category().message(error));
  }
}

Child::~Child() {
  if (pid_ < 0) return;
  kill_group(SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
}

OwnedFd Child::open_pidfd() const {
  // Close-on-exec by itself. Not by its glibc name: glibc 2.36 declares that without extern "C".
  const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "pidfd_open");
  return OwnedFd(fd);
}

void Child::kill_group(int signal) const {
  if (pid_ > 0) ::kill(-pid_, signal);
}

bool Child::has_ended() const {
  siginfo_t info{};
  const int result = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  // An error: somebody ignores SIGCHLD and the kernel has reaped it.
  return result != 0 || info.si_pid != 0;
}

void Child::reap(ProcessEnd& end) {
  int status = 0;
  const pid_t reaped = ::waitpid(pid_, &status, WNOHANG);
  pid_ = -1;
  if (reaped <= 0) return;  // reaped by the kernel: the exit code is lost
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
}

}  // namespace loadgen
