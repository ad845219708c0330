// One server, looked at over a connection of its own: who it is, what it counts, what its sessions
// wait for, how far its standbys are behind.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/server_sample.h"
#include "pgbench_mode/statements.h"

namespace loadgen::pgbench {

/// Which server.
struct SampledServer {
  std::string group, node;
  std::string conninfo;  // of one server
};

/// Keeps its connection from look to look and makes a new one when that is lost. One thread; a look
/// blocks for no longer than kLookLimit, or what connecting takes: about 2 s for each address.
class ServerView {
 public:
  static constexpr std::chrono::milliseconds kLookLimit{900};

  explicit ServerView(SampledServer server) : server_(std::move(server)) {}

  const SampledServer& server() const { return server_; }
  /// A sample without `at` and `took`; with a problem when there was no answer. Never throws.
  ServerSample look();
  /// Something that is no server answers: a connection pooler. Looking again is of no use.
  bool hopeless() const { return hopeless_; }

 private:
  void connect();
  void fill(ServerSample& sample);

  SampledServer server_;
  std::optional<Statements> statements_;
  std::map<std::string, std::string> settings_;  // of the connection, until a sample took them
  bool hopeless_ = false;
};

/// What the rows of the sampling query say; see server_view.cc. Values are cut to
/// kLongestSampleText, lists to kMostSampleEntries. Throws std::runtime_error for rows that can't
/// be its answer. Pure.
void read_sample(const std::vector<Row>& rows, ServerSample& sample);

}  // namespace loadgen::pgbench
