#include "loadgen/experiment/run_lock.h"

#include <doctest/doctest.h>

#include <string>

#include "loadgen/core/error.h"
#include "loadgen/core/scratch_directory.h"

namespace loadgen {
namespace {

TEST_CASE("a run directory has one user at a time") {
  ScratchDirectory directory, other;
  {
    const auto first = RunLock::take(directory.path());
    REQUIRE(first.has_value());
    CHECK_FALSE(RunLock::take(directory.path()).has_value());
    CHECK(RunLock::take(other.path()).has_value());
  }
  CHECK(RunLock::take(directory.path()).has_value());
  CHECK_THROWS_AS(RunLock::take(directory.path() / "nowhere"), UserError);
}

}  // namespace
}  // namespace loadgen
