#include "loadgen/cluster/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace loadgen {

MemoryFile::MemoryFile(std::string_view content)
    : descriptor_(::memfd_create("loadgen", MFD_CLOEXEC)) {
  while (descriptor_ >= 0 && !content.empty()) {
    const ssize_t written = ::write(descriptor_, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (descriptor_ >= 0 && content.empty()) return;
  const int error = errno;
  if (descriptor_ >= 0) ::close(descriptor_);
  throw std::system_error(error, std::generic_category(), "can't keep a file in memory");
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

MemoryFile::~MemoryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

}  // namespace loadgen
