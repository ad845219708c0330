// A PostgreSQL cluster of the tests' own: made when first asked for, removed with the process.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/core/scratch_directory.h"

namespace loadgen::test {

/// Works as root, too: the server then runs as the user postgres. Roles: postgres (trusted) and
/// scrammed, which must give the password "secret" over TCP. Main thread.
class PostgresCluster {
 public:
  /// settings: lines of postgresql.conf beyond those that make it fast.
  explicit PostgresCluster(const std::vector<std::string>& settings = {});
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  /// The one that all tests of a process share; it is running whenever a test begins.
  static PostgresCluster& shared();

  /// Connection strings, with room for more words at the end.
  std::string by_socket() const;
  std::string by_tcp() const;
  std::string by_tcp_scrammed() const;
  std::uint16_t port() const { return port_; }
  pid_t postmaster() const { return postmaster_; }

  /// SIGQUIT: immediate; SIGINT: fast; SIGTERM: smart. Waits for its end.
  void stop(int signal = SIGQUIT);
  /// Waits until it takes connections.
  void start();
  /// Starts it without waiting.
  void launch();

  /// Runs SQL as postgres over the socket; the first column of the first row, if any. Fails the
  /// test when it fails.
  std::string sql(const std::string& text) const;
  /// The backends of an application (see by_socket("application_name=…")).
  std::vector<pid_t> backends(const std::string& application) const;
  /// pgbench's tables, as `pgbench -i -s 1` makes them, with few accounts.
  void make_tables() const;

 private:
  const ScratchDirectory scratch_;
  const std::string directory_ = scratch_.path();
  std::uint16_t port_ = 0;
  pid_t postmaster_ = 0;
};

}  // namespace loadgen::test
