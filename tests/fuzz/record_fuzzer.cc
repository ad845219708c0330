// The other records of a journal; the first byte says which. Whatever is taken is written back as
// the same bytes.
#include <stdexcept>
#include <string>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "loadgen/core/ledger_audit.h"
#include "loadgen/core/run_record.h"
#include "loadgen/core/server_sample.h"

using namespace loadgen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = fuzz::text_of(data + 1, size - 1);
  std::string again;
  try {
    switch (data[0] % 7) {
      case 0:
        again = encode(decode_header(bytes));
        break;
      case 1:
        again = encode(decode_mark(bytes));
        break;
      case 2:
        again = encode(decode_hook(bytes));
        break;
      case 3:
        again = encode(decode_observation(bytes));
        break;
      case 4:
        again = encode(decode_end(bytes));
        break;
      case 5:
        again = encode(decode_server_sample(bytes));
        break;
      case 6:
        again = encode(decode_ledger_audit(bytes));
        break;
    }
  } catch (const std::runtime_error&) {
    return 0;
  }
  LG_ASSERT(again == bytes);
  return 0;
}
