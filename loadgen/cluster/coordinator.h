// The coordinator: hands out shares, journals what workers report, acknowledges it, and keeps the
// live view.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "loadgen/cluster/channel.h"
#include "loadgen/cluster/live.h"
#include "loadgen/core/journal.h"
#include "loadgen/core/run_record.h"
#include "loadgen/core/server_sample.h"

namespace loadgen {

/// Everything runs on the thread of its io_context. Knows nothing of phases or faults: the
/// conductor (floor 4) steers it.
class Coordinator {
 public:
  /// `directory` must exist; the journal becomes `directory/journal`.
  Coordinator(boost::asio::io_context& io, std::filesystem::path directory, RunHeader header);
  ~Coordinator();

  /// Adds a worker's channel. Before `arm`.
  void add_worker(Channel channel);
  /// Sends each worker its share of `assign` (worker and of are filled in), waits until all are
  /// armed. Returns the problems that they found, and "worker k did not answer within …" for those
  /// that stay silent; empty = all well.
  boost::asio::awaitable<std::vector<std::string>> arm(Assign assign, Duration timeout);
  /// Creates the journal, writes the header (its started_at_us is set here), and tells the workers
  /// when offset 0 is.
  void start(Instant at, std::int64_t started_at_us);
  bool started() const { return started_; }

  /// Now, as a run offset. Only after `start`.
  RunOffset now() const { return Clock::now() - start_; }
  Instant instant(RunOffset offset) const { return start_ + offset; }

  void until(const Until& until);
  void stop(bool abort);
  /// Waits until every worker has delivered its last part, or until `deadline`. False: some did
  /// not.
  boost::asio::awaitable<bool> finished(Instant deadline);

  /// Appends to the journal (when started) and tells the listeners.
  void mark(const Mark& mark);
  void hook(const HookRun& run);
  void observe(const Observation& observation);
  void server_sample(const ServerSample& sample);
  /// Last record; the journal is synced and closed.
  void end(const RunEnd& end);

  const LiveView& live() const { return live_; }
  const std::vector<Mark>& marks() const { return marks_; }
  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path journal_path() const { return directory_ / "journal"; }
  /// Called after each mark, on the io_context's thread.
  void on_mark(std::function<void(const Mark&)> listener) { mark_listener_ = std::move(listener); }
  /// Empty, or the first thing that went wrong with a worker or the disk; the conductor ends the
  /// run then.
  const std::string& trouble() const { return trouble_; }

 private:
  struct Worker;
  void pump();
  void receive(Worker& worker, Message message);
  void receive_part(Worker& worker, const Part& part);
  void append(RecordKind kind, const std::string& body);
  void commit();
  void send(Worker& worker, Message message);
  boost::asio::awaitable<void> changed(Instant deadline);

  boost::asio::io_context& io_;
  std::filesystem::path directory_;
  RunHeader header_;
  std::optional<JournalWriter> journal_;
  std::vector<std::unique_ptr<Worker>> workers_;
  Recording
      balance_;  // slices still open: tallies only, for the conservation check of incoming parts
  LiveView live_;
  std::vector<Mark> marks_;
  std::function<void(const Mark&)> mark_listener_;
  std::string trouble_;
  Instant start_{};
  bool started_ = false;
  boost::asio::steady_timer changed_;
  boost::asio::steady_timer commit_timer_;
  bool commit_pending_ = false;
};

}  // namespace loadgen
