// Frames from the wire: whatever is taken as one is written back as the same bytes.
#include <stdexcept>

#include "fuzzer.h"
#include "loadgen/cluster/frame.h"
#include "loadgen/core/assert.h"

using namespace loadgen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  Frame frame;
  try {
    frame = decode_frame(bytes);
  } catch (const std::runtime_error&) {
    return 0;
  }
  const auto* hello = std::get_if<Hello>(&frame);
  // Of another protocol only the number is read.
  if (hello != nullptr && hello->protocol != kProtocol) return 0;
  LG_ASSERT(encode(frame) == bytes);
  return 0;
}
