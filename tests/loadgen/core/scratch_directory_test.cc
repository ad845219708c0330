#include "loadgen/core/scratch_directory.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <fstream>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

TEST_CASE("it is there, each time another one, and gone afterwards with all that is in it") {
  std::filesystem::path path;
  {
    const ScratchDirectory one, other;
    path = one.path();
    CHECK(std::filesystem::is_directory(path));
    CHECK(path != other.path());
    std::filesystem::create_directory(path / "deep");
    std::ofstream(path / "deep" / "file") << "x";
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("without a place for it the user is told which variable to set") {
  const ScratchDirectory here;
  const std::filesystem::path file = here.path() / "file";
  std::ofstream(file) << "x";
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TMPDIR", file.c_str(), 1);
  CHECK_THROWS_AS(ScratchDirectory(), UserError);
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
}

}  // namespace
}  // namespace loadgen
