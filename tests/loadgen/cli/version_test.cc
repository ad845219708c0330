#include "loadgen/cli/version.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

TEST_CASE("every part of the version says something") {
  CHECK(std::string(kVersion).find('.') != std::string::npos);
  CHECK(commit_text() != "");
  CHECK(compiler_text().find("g++ 1") == 0);
}

}  // namespace
}  // namespace loadgen
