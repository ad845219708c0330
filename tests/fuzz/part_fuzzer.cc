// Parts from workers: whatever is taken as a part is written back as the same bytes.
#include <stdexcept>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "loadgen/core/recording.h"

using namespace loadgen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  Part part;
  try {
    part = decode_part(bytes);
  } catch (const std::runtime_error&) {
    return 0;
  }
  LG_ASSERT(encode(part) == bytes);
  // What the receiver does with it must hold as well.
  Recording recording;
  if (!imbalance(part, recording).empty()) return 0;
  recording += part;
  recording.close_open(part.made_at);
  LG_ASSERT(recording.open() == 0);
  return 0;
}
