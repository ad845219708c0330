// Compares what the command line prints with a file that a person has read.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace loadgen::test {

/// Fails the running test unless `text` is tests/goldens/cli/<name>, and leaves it beside as
/// <name>.actual. With --update-goldens it is written there instead; read the diff.
inline void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(LOADGEN_SOURCE_DIR) + "/tests/goldens/cli/" + name;
  if (std::getenv("LOADGEN_UPDATE_GOLDENS") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream golden;
  golden << file.rdbuf();
  if (golden.str() == text) return;
  std::ofstream(path + ".actual", std::ios::binary) << text;
  FAIL_CHECK("differs from tests/goldens/cli/" << name << "; see " << name << ".actual");
}

}  // namespace loadgen::test
