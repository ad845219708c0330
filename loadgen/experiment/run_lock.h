// Who works on a run directory: one process at a time.
#pragma once

#include <filesystem>
#include <optional>

#include "loadgen/experiment/child.h"

namespace loadgen {

/// Held by the process that runs a run, or reverts one. The kernel gives it back when the process
/// ends, however that happens.
class RunLock {
 public:
  /// Nothing when another process holds it. Throws UserError when the directory can't be opened.
  static std::optional<RunLock> take(const std::filesystem::path& directory);

 private:
  explicit RunLock(OwnedFd fd) : fd_(std::move(fd)) {}
  OwnedFd fd_;
};

}  // namespace loadgen
