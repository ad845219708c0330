#include "loadgen/cluster/memory_file.h"

#include <doctest/doctest.h>

#include <utility>

#include "loadgen/plan/scenario.h"

namespace loadgen {
namespace {

TEST_CASE("what it holds is read by its path, as long as it lives, as often as one likes") {
  const std::string content = std::string(100'000, 'x') + '\0' + "end";
  std::string path;
  {
    MemoryFile file(content);
    const MemoryFile kept(std::move(file));
    path = kept.path();
    for (int i = 0; i < 2; ++i) CHECK(read_whole_file(path) == content);
    CHECK(read_whole_file(MemoryFile("").path()) == "");
  }
  CHECK_FALSE(read_whole_file(path));
}

}  // namespace
}  // namespace loadgen
