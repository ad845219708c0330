// What a fuzzer of tests/fuzz defines. The same function runs under libFuzzer (clang,
// -fsanitize=fuzzer, without replay.cc) and in the normal tests, where replay.cc calls it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Gives `size` bytes from outside to a parser. Returns 0; a wrong answer aborts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace loadgen::fuzz {
inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}
}  // namespace loadgen::fuzz
