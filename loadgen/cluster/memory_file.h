// A file that is on no disk.
#pragma once

#include <string>
#include <string_view>

namespace loadgen {

/// Holds a text for libraries that only read files, such as keys that came over the wire. Movable;
/// gone with the object. Any thread.
class MemoryFile {
 public:
  /// Throws std::system_error when the kernel has no room.
  explicit MemoryFile(std::string_view content);
  MemoryFile(MemoryFile&& other) noexcept;
  MemoryFile& operator=(MemoryFile&&) = delete;
  ~MemoryFile();

  /// Valid in this process only.
  std::string path() const;

 private:
  int descriptor_ = -1;
};

}  // namespace loadgen
