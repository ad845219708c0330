#include "pgbench_mode/account_copy.h"

#include <poll.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <string>

#include "pgbench_mode/message.h"

namespace loadgen::pgbench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kReportEvery_s = 5;
constexpr std::int64_t kReportEveryRows = 100000;
/// As many rows as pgbench looks at the clock for; about 1.5 kB, which libpq gathers into packets.
constexpr std::int64_t kRowsPerChunk = 100;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

/// libpq without a call that could block for longer than a limit.
class BoundedCopy {
 public:
  BoundedCopy(PGconn* connection, std::chrono::milliseconds stall_limit)
      : connection_(connection), stall_limit_(stall_limit) {
    PQsetnonblocking(connection_, 1);
  }
  ~BoundedCopy() { PQsetnonblocking(connection_, 0); }
  BoundedCopy(const BoundedCopy&) = delete;
  BoundedCopy& operator=(const BoundedCopy&) = delete;

  /// Sends sql and waits for its result, which must have `wanted` as its status.
  void run(const std::string& sql, ExecStatusType wanted, std::chrono::milliseconds limit) {
    if (PQsendQuery(connection_, sql.c_str()) == 0) throw query_failed(sql);
    flush(limit);
    await_result(limit);
    const ResultHandle result(PQgetResult(connection_));
    const bool as_wanted = PQresultStatus(result.get()) == wanted;
    if (!as_wanted && wanted == PGRES_COPY_IN)
      throw fatal({.error = std::string("unexpected copy in result: ") + message()});
    if (!as_wanted) throw query_failed(sql);
    if (wanted != PGRES_COPY_IN) read_to_end(limit);
  }

  void send(const std::string& rows) {
    while (PQputCopyData(connection_, rows.data(), static_cast<int>(rows.size())) != 1) {
      if (*message() != '\0')
        throw fatal({.error = std::string("PQputCopyData failed: ") + message()});
      flush(stall_limit_);
    }
    flush(stall_limit_);
  }

  void end(std::chrono::milliseconds limit) {
    while (PQputCopyEnd(connection_, nullptr) == 0) flush(stall_limit_);
    flush(limit);
    await_result(limit);
    const ResultHandle result(PQgetResult(connection_));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
      throw fatal({.error = std::string("PQendcopy failed: ") + message()});
    read_to_end(limit);
  }

 private:
  const char* message() const { return PQerrorMessage(connection_); }

  Fatal query_failed(const std::string& sql) const {
    return fatal(
        {.error = std::string("query failed: ") + message(), .detail = "Query was: " + sql});
  }

  void wait(short events, std::chrono::milliseconds limit) {
    const Clock::time_point deadline = Clock::now() + limit;
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) throw given_up(limit);
      pollfd descriptor{PQsocket(connection_), events, 0};
      const long once = std::min<long>(static_cast<long>(left.count()), 60000);
      if (::poll(&descriptor, 1, static_cast<int>(once)) > 0) return;
    }
  }

  static Fatal given_up(std::chrono::milliseconds limit) {
    char text[96];
    std::snprintf(text, sizeof text,
                  "the server took nothing for %g s; the connection was given up",
                  std::chrono::duration<double>(limit).count());
    return fatal({.error = text});
  }

  /// Until libpq has handed everything to the kernel. A server that has something to say, an error,
  /// is read meanwhile, or both sides could wait for each other.
  void flush(std::chrono::milliseconds limit) {
    for (;;) {
      const int left = PQflush(connection_);
      if (left == 0) return;
      if (left < 0) throw fatal({.error = message()});
      wait(POLLIN | POLLOUT, limit);
      if (PQconsumeInput(connection_) == 0) throw fatal({.error = message()});
    }
  }

  void await_result(std::chrono::milliseconds limit) {
    while (PQisBusy(connection_) != 0) {
      wait(POLLIN, limit);
      if (PQconsumeInput(connection_) == 0) throw fatal({.error = message()});
    }
  }

  void read_to_end(std::chrono::milliseconds limit) {
    for (;;) {
      await_result(limit);
      if (ResultHandle(PQgetResult(connection_)) == nullptr) return;
    }
  }

  PGconn* connection_;
  std::chrono::milliseconds stall_limit_;
};

}  // namespace

CopyProgress::CopyProgress(std::int64_t rows, bool quiet, bool on_terminal, std::ostream& err)
    : rows_(rows), quiet_(quiet), on_terminal_(on_terminal), err_(&err) {}

void CopyProgress::rows_done(std::int64_t done, std::chrono::microseconds elapsed) {
  const double elapsed_s = std::chrono::duration<double>(elapsed).count();
  if (!quiet_) {
    if (done % kReportEveryRows == 0) say(done, elapsed_s);
    return;
  }
  if (done < rows_ && elapsed_s < interval_ * kReportEvery_s) return;
  say(done, elapsed_s);
  interval_ = static_cast<int>(std::ceil(elapsed_s / kReportEvery_s));
}

void CopyProgress::say(std::int64_t done, double elapsed_s) {
  char line[160];
  const double remaining_s =
      static_cast<double>(rows_ - done) * elapsed_s / static_cast<double>(done);
  std::snprintf(line, sizeof line,
                "%lld of %lld tuples (%d%%) done (elapsed %.2f s, remaining %.2f s)",
                static_cast<long long>(done), static_cast<long long>(rows_),
                static_cast<int>(done * 100 / rows_), elapsed_s, remaining_s);
  std::string text = line;
  const std::size_t width = text.size();
  if (width < last_width_) text.append(last_width_ - width, ' ');
  last_width_ = width;
  *err_ << text << (on_terminal_ ? '\r' : '\n') << std::flush;
}

void CopyProgress::finish() {
  if (on_terminal_) *err_ << '\n';
}

void generate_by_copy(PGconn* connection, const InitialiseRun& run, std::ostream& err,
                      bool on_terminal) {
  const InitialiseOptions& options = run.options;
  const std::int64_t rows = kAccountsPerBranch * options.scale;
  const auto limit = run.limits.statement + run.limits.statement_per_scale * options.scale;
  BoundedCopy copy(connection, run.limits.copy_stalled);
  copy.run("begin", PGRES_COMMAND_OK, limit);
  for (const std::string& sql : statements_before_copy(options))
    copy.run(sql, PGRES_COMMAND_OK, limit);
  copy.run(copy_statement(options, PQserverVersion(connection)), PGRES_COPY_IN, limit);
  const Clock::time_point begun = Clock::now();
  CopyProgress progress(rows, options.quiet, on_terminal, err);
  std::string chunk;
  for (std::int64_t done = 0; done < rows; done += kRowsPerChunk) {
    chunk.clear();
    append_accounts(chunk, done + 1, done + kRowsPerChunk + 1);
    copy.send(chunk);
    progress.rows_done(done + kRowsPerChunk,
                       std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun));
  }
  progress.finish();
  copy.end(limit);
  copy.run("commit", PGRES_COMMAND_OK, limit);
}

}  // namespace loadgen::pgbench
