// What a statement can have done to the database when its answer is lost.
#pragma once

#include <cstddef>
#include <string_view>

namespace loadgen::pgbench {

/// Of one SQL command, which may hold several statements (`\;`).
struct SqlEffect {
  struct Sent {
    bool commits = false;   // something may be durable once this was sent
    bool in_block = false;  // a transaction block is open after it, if all went well
  };
  Sent outside;  // when it is sent outside of a transaction block
  Sent inside;   // when it is sent inside of one
};

/// Judged by keywords. SELECT and its like count as reading, though the functions that they call
/// may write: what they do can't be seen from here, and a lost SELECT in doubt would be no use to
/// anybody. Whatever is not known to read counts as writing. `sql` may hold `:name`. Pure.
SqlEffect effect_of(std::string_view sql);

/// How one SQL command treats transactions.
struct SqlTransactions {
  std::size_t statements = 0;
  bool writes = false;             // a statement that is not known to read; see effect_of
  bool opens = false;              // BEGIN, START TRANSACTION
  bool rolls_back = false;         // ROLLBACK, ABORT, but not to a savepoint
  bool in_two_phases = false;      // PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED
  std::size_t commits = 0;         // COMMIT, END
  std::size_t last_commit = 0;     // which statement the last of these is, from 0
  std::size_t last_commit_at = 0;  // where it begins, in bytes
};
SqlTransactions transactions_of(std::string_view sql);

}  // namespace loadgen::pgbench
