#include "loadgen/cli/open_files.h"

#include <sys/resource.h>

#include <algorithm>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

constexpr rlim_t kMostFiles = 65'536;

}  // namespace

void raise_open_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  const rlim_t wanted = std::min(files.rlim_max, kMostFiles);
  if (files.rlim_cur >= wanted) return;
  files.rlim_cur = wanted;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

void require_open_files(std::uint64_t wanted, const std::string& what) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return;
  throw UserError(what + " " + std::to_string(wanted) + " open files, and `ulimit -n` allows " +
                  std::to_string(files.rlim_cur));
}

}  // namespace loadgen
