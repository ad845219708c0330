// Ownership of a libpq connection.
#pragma once

#include <libpq-fe.h>

#include <memory>

namespace loadgen::pgbench {

struct FinishPgconn {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
/// Closing says good-bye to the server and may block for as long as its socket takes.
using PgconnHandle = std::unique_ptr<PGconn, FinishPgconn>;

}  // namespace loadgen::pgbench
