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

#include "loadgen/cluster/attendance.h"
#include "loadgen/cluster/balance.h"
#include "loadgen/cluster/channel.h"
#include "loadgen/cluster/live.h"
#include "loadgen/cluster/running_totals.h"
#include "loadgen/core/journal.h"
#include "loadgen/core/run_record.h"
#include "loadgen/core/server_sample.h"
#include "loadgen/core/worker_record.h"

namespace loadgen {

/// Everything runs on the thread of its io_context. Knows nothing of phases or faults: the
/// conductor (floor 4) steers it. Workers are numbered by their share, from 0.
class Coordinator {
 public:
  /// `directory` must exist; the journal becomes `directory/journal`.
  Coordinator(boost::asio::io_context& io, std::filesystem::path directory, RunHeader header);
  ~Coordinator();

  /// Adds a worker's channel. Before `arm`. A remote one is there only once it has `joined`.
  void add_worker(Channel channel, bool remote = false);
  /// Whether the run goes on without workers that are lost, while at least half of them is left.
  void tolerate_loss(bool tolerated) { tolerate_loss_ = tolerated; }
  /// Adds everything that is journalled from now on to `totals`, too, which must outlive it.
  void count_into(RunningTotals& totals) { totals_ = &totals; }
  /// Sends each worker its share of `assign` (worker and of are filled in), waits until all are
  /// there and armed. Returns the problems that they found, and who is missing; empty = all well.
  /// Those that are there by `timeout` get a moment more for opening their connections.
  boost::asio::awaitable<std::vector<std::string>> arm(Assign assign, Duration timeout);
  /// Creates the journal, writes the header (its started_at_us is set here), and tells the workers
  /// when offset 0 is.
  void start(Instant at, std::int64_t started_at_us);
  /// Instead of `arm` and `start`: goes on with the journal of a coordinator that died. Workers
  /// that still run go on; one that was started anew gets its share as in `assign`. Throws
  /// UserError when there is no journal, or the run has ended.
  void resume(Assign assign);
  bool started() const { return started_; }
  /// How far ahead `start` should be, for every worker to hear of it in time.
  Duration start_lead() const;

  // What is heard of remote workers beside their messages:
  /// It joined, or its clock is known better.
  void joined(const WorkerRecord& record);
  /// Its process is a new one: what the old one had open is lost.
  void restarted(std::uint32_t worker);
  /// Its connection is gone; it may come back.
  void parted(std::uint32_t worker);
  /// It was told to leave, and will not come back.
  void left(std::uint32_t worker, const std::string& why);
  /// Its highest sequence number that stands in the journal.
  std::uint64_t received(std::uint32_t worker) const;

  /// Now, as a run offset. Only after `start`.
  RunOffset now() const { return Clock::now() - start_; }
  Instant instant(RunOffset offset) const { return start_ + offset; }

  void until(const Until& until);
  void stop(bool abort);
  /// Waits until every worker has delivered its last part or is lost, or until `deadline`. False:
  /// some did not.
  boost::asio::awaitable<bool> finished(Instant deadline);
  /// How long last parts are worth waiting for.
  Duration patience() const;
  /// Those that have not finished are lost now.
  void give_up_missing();
  /// Those whose share has holes, or may have: their tickets are to be settled. Ascending.
  std::vector<std::uint32_t> incomplete() const;
  /// Books what became of a lost share's tickets.
  void settle(const Part& adjustment);

  /// Appends to the journal (when started) and tells the listeners, and the remote workers.
  void mark(const Mark& mark);
  void hook(const HookRun& run);
  void observe(const Observation& observation);
  void server_sample(const ServerSample& sample);
  /// Last record; the journal is synced and closed.
  void end(const RunEnd& end);

  const LiveView& live() const { return live_; }
  const std::vector<Mark>& marks() const { return marks_; }
  const RunHeader& header() const { return header_; }
  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path journal_path() const { return directory_ / "journal"; }
  /// Called after each mark, on the io_context's thread.
  void on_mark(std::function<void(const Mark&)> listener) { mark_listener_ = std::move(listener); }
  /// Empty, or the first thing that went wrong with a worker or the disk; the conductor ends the
  /// run then.
  const std::string& trouble() const { return trouble_; }
  bool journal_failed() const { return journal_failed_; }

 private:
  struct Worker;
  void pump(Worker& worker);
  void receive(Worker& worker, Message message);
  void receive_part(Worker& worker, const Part& part);
  void watch();
  void tell(const Attendance::Notices& notices);
  void add(const Part& part);
  void note_settled(const Part& adjustment);
  bool append(RecordKind kind, const std::string& body);
  void journal_refused(const std::exception& why);
  void commit();
  void send(Worker& worker, Message message);
  void assign_all(Assign assign);
  std::vector<std::string> problems_before_start(Duration timeout) const;
  boost::asio::awaitable<void> changed(Instant deadline);

  boost::asio::io_context& io_;
  std::filesystem::path directory_;
  RunHeader header_;
  std::optional<JournalWriter> journal_;
  std::vector<std::unique_ptr<Worker>> workers_;
  Attendance attendance_;  // of the same workers
  Balance balance_;        // to check incoming parts
  LiveView live_;
  std::vector<Mark> marks_;
  std::function<void(const Mark&)> mark_listener_;
  RunningTotals* totals_ = nullptr;  // null: nobody asks for them
  std::string trouble_;
  Instant start_{};
  RunOffset plan_end_{0};  // as told last
  bool started_ = false, tolerate_loss_ = true, journal_failed_ = false, commit_pending_ = false;
  boost::asio::steady_timer changed_, commit_timer_, watch_timer_;
};

}  // namespace loadgen
