// SQL of any shape: judging what it can have done needs no well-formed text, and what ends in a
// plain COMMIT commits a block that was open, unless a quote or comment swallows it.
#include <string>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "pgbench_mode/sql_effect.h"

using namespace loadgen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string sql(fuzz::text_of(data, size));
  const pgbench::SqlEffect effect = pgbench::effect_of(sql);
  const pgbench::SqlEffect again = pgbench::effect_of(sql + "\n;");
  LG_ASSERT(effect.inside.commits == again.inside.commits);
  LG_ASSERT(effect.outside.commits == again.outside.commits);
  if (sql.find_first_of("'\"$/-") != std::string::npos) return 0;
  const pgbench::SqlEffect committed = pgbench::effect_of(sql + "\n; COMMIT");
  LG_ASSERT(committed.inside.commits || !effect.inside.in_block);
  LG_ASSERT(!committed.inside.in_block && !committed.outside.in_block);
  return 0;
}
