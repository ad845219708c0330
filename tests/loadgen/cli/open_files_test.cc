#include "loadgen/cli/open_files.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

rlimit open_files() {
  rlimit files{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
  return files;
}

/// A soft limit for one test.
class Allowed {
 public:
  explicit Allowed(rlim_t files) {
    const rlimit less{files, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &less) == 0);
  }
  ~Allowed() { CHECK(::setrlimit(RLIMIT_NOFILE, &before_) == 0); }
  Allowed(const Allowed&) = delete;
  Allowed& operator=(const Allowed&) = delete;

 private:
  rlimit before_ = open_files();
};

TEST_CASE("what a shell allows is raised to what the system allows, within reason") {
  const Allowed allowed(300);
  raise_open_files();
  const rlimit raised = open_files();
  CHECK(raised.rlim_cur == std::min<rlim_t>(raised.rlim_max, 65'536));
  raise_open_files();
  CHECK(open_files().rlim_cur == raised.rlim_cur);
}

TEST_CASE("what can't be had is said before it is wanted") {
  const Allowed allowed(300);
  CHECK_NOTHROW(require_open_files(300, ""));
  std::string said;
  try {
    require_open_files(301, "--workers: 45 workers need");
  } catch (const UserError& error) {
    said = error.what();
  }
  CHECK(said == "--workers: 45 workers need 301 open files, and `ulimit -n` allows 300");
}

}  // namespace
}  // namespace loadgen
