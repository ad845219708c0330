#include "loadgen/core/scratch_directory.h"

#include <cstdlib>
#include <string>
#include <system_error>

#include "loadgen/core/error.h"

namespace loadgen {

ScratchDirectory::ScratchDirectory() {
  std::error_code none;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(none);
  std::string pattern = (parent / "loadgen-XXXXXX").string();
  if (none || mkdtemp(pattern.data()) == nullptr) {
    throw UserError("can't make a temporary directory" +
                    (none ? ": " + none.message() : " in " + parent.string()) +
                    "; set TMPDIR to one that can be written");
  }
  path_ = pattern;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace loadgen
