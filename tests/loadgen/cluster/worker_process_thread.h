// A worker process, played by a thread.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "coordinator_side.h"
#include "loadgen/cluster/spool.h"
#include "loadgen/cluster/worker_process.h"
#include "loadgen/core/scratch_directory.h"

namespace loadgen::test {

/// `run_worker_process` with a fake driver and a spool directory of its own.
class WorkerProcessThread {
 public:
  using Change = std::function<void(WorkerProcessOptions&)>;

  explicit WorkerProcessThread(const CoordinatorSide& side, const Change& change = {},
                               FakeRule rule = {})
      : rule_(std::move(rule)) {
    WorkerProcessOptions options;
    options.host = "127.0.0.1";
    options.port = side.port();
    options.token = kToken;
    options.spool = spool_.path();
    options.version = "0.1.0";
    options.hostname = "here";
    if (side.tls()) options.tls_ca = Certificates::get().path("ca.pem");
    options.say = [this](const std::string& what) {
      const std::lock_guard lock(mutex_);
      said_ += what + "\n";
    };
    if (change) change(options);
    thread_ = std::thread([this, options] {
      const DriverFactory factory = [this](const DriverSetup& setup) {
        return std::make_unique<FakeDriver>(setup, rule_);
      };
      exit_ = run_worker_process(options, factory);
      over_ = true;
    });
  }
  ~WorkerProcessThread() {
    if (thread_.joinable()) thread_.join();
  }
  WorkerProcessThread(const WorkerProcessThread&) = delete;
  WorkerProcessThread& operator=(const WorkerProcessThread&) = delete;

  const std::filesystem::path& spool() const { return spool_.path(); }
  /// What it left in its only spool, when it ended without having delivered all.
  Recording left_behind() {
    CHECK(exit() == ExitCode::invalid);
    const auto left = Spool::left_in(spool());
    REQUIRE(left.size() == 1);
    CHECK(left[0].run_id == "test-run");
    Recording recording = recorded_in(left[0].path);
    CHECK(recording.open() == 0);
    return recording;
  }
  bool over() const { return over_; }
  ExitCode exit() {
    if (thread_.joinable()) thread_.join();
    CAPTURE(said());
    return exit_;
  }
  std::string said() const {
    const std::lock_guard lock(mutex_);
    return said_;
  }
  bool heard(const std::string& what) const { return said().find(what) != std::string::npos; }

 private:
  const ScratchDirectory spool_;
  const FakeRule rule_;
  mutable std::mutex mutex_;  // guards said_
  std::string said_;
  std::atomic<bool> over_ = false;
  ExitCode exit_ = ExitCode::internal_error;
  std::thread thread_;
};

}  // namespace loadgen::test
