// A coordinator that takes workers in over loopback.
#pragma once

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fake_run.h"
#include "kept_files.h"
#include "loadgen/cluster/remote_workers.h"
#include "loadgen/core/scratch_directory.h"
#include "tests/loadgen/drive/certificates.h"

namespace loadgen::test {

inline constexpr const char* kToken = "0123456789abcdef0123456789abcdef";

/// The coordinator's side. Its io_context runs only inside the functions that wait.
class CoordinatorSide {
 public:
  CoordinatorSide(std::uint32_t workers, std::uint32_t threads, bool tls = false)
      : workers_(workers), threads_(threads), tls_(tls) {
    RunHeader header;
    header.run_id = "test-run";
    header.scenario_text = kScenarioText;
    open(std::move(header));
  }
  ~CoordinatorSide() { die(); }
  CoordinatorSide(const CoordinatorSide&) = delete;
  CoordinatorSide& operator=(const CoordinatorSide&) = delete;

  std::uint16_t port() const { return port_; }
  bool tls() const { return tls_; }
  Coordinator& coordinator() { return *coordinator_; }
  RemoteWorkers& remote_workers() { return *remote_; }

  std::vector<std::string> arm(Duration timeout = std::chrono::seconds(60)) {
    return run(coordinator_->arm(small_assignment(), timeout));
  }
  /// Offset 0 is in 200 ms.
  void start(RunOffset until) {
    until_ = until;
    coordinator_->start(Clock::now() + std::chrono::milliseconds(200), wall_us() + 200'000);
    coordinator_->until({until_, {}});
  }
  bool finished() { return run(coordinator_->finished(Clock::now() + std::chrono::seconds(60))); }
  void run_for(Duration time) {
    run_until([end = Clock::now() + time] { return Clock::now() >= end; });
  }
  void run_until(const auto& done) { test::run_until(*io_, done); }
  /// The journal is closed, and everybody told.
  void end() {
    coordinator_->end({coordinator_->now(), false, ""});
    dismiss({true, ""});
  }
  void dismiss(Done done) {
    bool over = false;
    boost::asio::co_spawn(*io_, remote_->dismiss(std::move(done)),
                          [&](const std::exception_ptr& thrown) {
                            CHECK_FALSE(thrown);
                            over = true;
                          });
    run_until([&] { return over; });
  }
  /// As SIGKILL: nobody is told anything.
  void die() {
    remote_.reset();
    coordinator_.reset();
    io_.reset();
  }
  /// Another coordinator on the same port, with the same journal.
  void resume() {
    open(RunHeader{});
    coordinator_->resume(small_assignment());
    coordinator_->until({until_, {}});
  }
  Recording journal() const { return recorded_in(directory_.path() / "journal"); }

  template <class Worker>
  ExitCode exit_of(Worker& worker) {
    run_until([&] { return worker.over(); });
    return worker.exit();
  }

 private:
  static std::int64_t wall_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  void open(RunHeader header) {
    io_ = std::make_unique<boost::asio::io_context>();
    coordinator_ = std::make_unique<Coordinator>(*io_, directory_.path(), std::move(header));
    RemoteWorkers::Options options;
    options.port = port_;
    options.token = kToken;
    options.workers = workers_;
    options.threads = threads_;
    options.version = "0.1.0";
    if (tls_) {
      options.tls_cert = Certificates::get().path("localhost.pem");
      options.tls_key = Certificates::get().path("localhost.key");
    }
    remote_ = std::make_unique<RemoteWorkers>(*io_, *coordinator_, std::move(options));
    port_ = remote_->port();
  }
  template <class Value>
  Value run(boost::asio::awaitable<Value> task) {
    std::optional<Value> value;
    boost::asio::co_spawn(*io_, std::move(task),
                          [&](const std::exception_ptr& thrown, Value result) {
                            if (thrown) std::rethrow_exception(thrown);
                            value = std::move(result);
                          });
    run_until([&] { return value.has_value(); });
    return *value;
  }

  const ScratchDirectory directory_;
  const std::uint32_t workers_, threads_;
  const bool tls_;
  std::uint16_t port_ = 0;
  RunOffset until_{0};
  std::unique_ptr<boost::asio::io_context> io_;
  std::unique_ptr<Coordinator> coordinator_;
  std::unique_ptr<RemoteWorkers> remote_;
};

}  // namespace loadgen::test
