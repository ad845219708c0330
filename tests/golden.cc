#include "tests/golden.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace loadgen::test {

void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(LOADGEN_SOURCE_DIR) + "/tests/goldens/" + name;
  if (std::getenv("LOADGEN_UPDATE_GOLDENS") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream golden;
  golden << file.rdbuf();
  if (golden.str() == text) return;
  std::ofstream(path + ".actual", std::ios::binary) << text;
  FAIL_CHECK("differs from tests/goldens/" << name << "; see " << name << ".actual");
}

}  // namespace loadgen::test
