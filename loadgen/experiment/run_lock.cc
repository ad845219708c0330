#include "loadgen/experiment/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "loadgen/core/error.h"

namespace loadgen {

std::optional<RunLock> RunLock::take(const std::filesystem::path& directory) {
  // The directory rather than the journal in it: it exists from the beginning, and whoever writes
  // the journal may lock that in a way of its own.
  OwnedFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) {
    throw UserError(directory.string() + ": " + std::generic_category().message(errno) +
                    "; expected the directory of a run");
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  return RunLock(std::move(fd));
}

}  // namespace loadgen
