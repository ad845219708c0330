// Histograms in the V2 form, as text or as payload: whatever is taken keeps its buckets on the way
// out and in again.
#include <stdexcept>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "loadgen/core/hlog.h"

using namespace loadgen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  try {
    const SparseHistogram histogram = from_hdr_payload(bytes);
    LG_ASSERT(from_hdr_payload(hdr_payload(histogram)) == histogram);
    LG_ASSERT(Histogram(histogram).sparse() == histogram);
  } catch (const std::runtime_error&) {
  }
  try {
    const SparseHistogram histogram = from_hdr_base64(bytes);
    LG_ASSERT(from_hdr_base64(hdr_base64(histogram)) == histogram);
  } catch (const std::runtime_error&) {
  }
  return 0;
}
