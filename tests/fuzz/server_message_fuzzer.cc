// What a server says against a connection: its SQLSTATE is taken out or there is none, and every
// SQLSTATE has a class.
#include <string>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "pgbench_mode/sqlstate.h"

using namespace loadgen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string whole(fuzz::text_of(data, size));
  std::string message = whole;
  const std::string sqlstate = pgbench::take_sqlstate(message);
  LG_ASSERT(sqlstate.empty() ? message == whole : message.size() + 7 <= whole.size());
  LG_ASSERT(sqlstate.empty() || sqlstate.size() == 5);
  LG_ASSERT(kind_of(pgbench::outcome_of_sqlstate(sqlstate)) == OutcomeKind::failed);
  LG_ASSERT(kind_of(pgbench::outcome_of_sqlstate(whole)) == OutcomeKind::failed);
  return 0;
}
