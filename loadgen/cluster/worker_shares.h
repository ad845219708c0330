// The shares of a worker process: their engine threads, and the spool that they fill.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "loadgen/cluster/frame.h"
#include "loadgen/cluster/running_totals.h"
#include "loadgen/cluster/spool.h"
#include "loadgen/drive/driver.h"

namespace loadgen {

/// Each share has an engine thread at the other end of an in-memory channel: the same `work` as in
/// a local run. Its parts go into the spool, and are acknowledged to it from there; delivering them
/// is the business of `run_worker_process`. Runs on the thread of its io_context.
class WorkerShares {
 public:
  struct Options {
    boost::asio::io_context& io;
    const DriverFactory& factory;
    std::filesystem::path directory;  // of spools
    /// Something is new: a part to send, something said, a thread that ended.
    std::function<void()> news;
    std::function<void(const std::string&)> say;
    RunningTotals* totals = nullptr;  // of what is measured here; null: nobody asks for them
  };
  explicit WorkerShares(Options options);
  /// Ends the engines that still run, and waits for them.
  ~WorkerShares();
  WorkerShares(const WorkerShares&) = delete;
  WorkerShares& operator=(const WorkerShares&) = delete;

  /// Taken in as this worker. `left`: the spool of an earlier process, if it is of this run.
  void take_up(const Welcome& welcome, const std::optional<Spool::Left>& left);
  /// What the coordinator says to a share. Throws std::runtime_error when that makes no sense, or
  /// there is no such share.
  void obey(Addressed addressed);
  void stop();

  /// The next part to be sent beyond what was `sent`, by share; and how it is marked as sent.
  std::optional<Spool::Waiting> next(const std::map<std::uint32_t, std::uint64_t>& sent) const {
    return spool_ ? spool_->next(sent) : std::nullopt;
  }
  /// Armed or Failed, of each share that said so: to be repeated on each connection. Their number
  /// grows by what is new.
  const std::vector<Addressed>& said() const { return said_; }

  bool started() const;
  bool assigned() const;
  /// Every engine thread has ended.
  bool over() const;
  /// Nothing was measured that the coordinator has not acknowledged.
  bool delivered() const { return !lossy_ && (!spool_ || spool_->waiting() == 0); }
  /// Removes the spool when all of it is delivered; else says where it is.
  void leave_spool();

 private:
  struct Share;
  void launch(Share& share, Assign assign);
  void begin(Share& share, Start start);
  void pump();
  void keep(Share& share, const Part& part);
  void give_up(const std::string& why);

  Options options_;
  std::uint32_t worker_ = 0;
  bool returning_ = false;
  bool lossy_ = false;  // something that was measured is in no spool
  std::vector<std::unique_ptr<Share>> shares_;
  std::vector<Addressed> said_;
  std::optional<Spool> spool_;
};

}  // namespace loadgen
