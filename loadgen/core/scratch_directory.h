// A directory for what is kept for a while only.
#pragma once

#include <filesystem>

namespace loadgen {

/// Made in the system's place for temporary files; gone with this object. One thread.
class ScratchDirectory {
 public:
  /// Throws UserError when none can be made.
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace loadgen
