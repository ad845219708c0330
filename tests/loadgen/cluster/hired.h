// A worker process, played by a thread.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "elsewhere.h"
#include "loadgen/cluster/outpost.h"

namespace loadgen::test {

/// `man_outpost` with a fake driver and a spool directory of its own.
class Hired {
 public:
  using Change = std::function<void(OutpostOptions&)>;

  explicit Hired(const Elsewhere& site, const Change& change = {}, FakeRule rule = {})
      : rule_(std::move(rule)) {
    OutpostOptions options;
    options.host = "127.0.0.1";
    options.port = site.port();
    options.token = kToken;
    options.spool = spool_.path();
    options.version = "0.1.0";
    options.hostname = "here";
    if (site.tls()) options.tls_ca = Certificates::get().path("ca.pem");
    options.say = [this](const std::string& what) {
      const std::lock_guard lock(mutex_);
      said_ += what + "\n";
    };
    if (change) change(options);
    thread_ = std::thread([this, options] {
      const DriverFactory factory = [this](const DriverSetup& setup) {
        return std::make_unique<FakeDriver>(setup, rule_);
      };
      exit_ = man_outpost(options, factory);
      over_ = true;
    });
  }
  ~Hired() {
    if (thread_.joinable()) thread_.join();
  }
  Hired(const Hired&) = delete;
  Hired& operator=(const Hired&) = delete;

  const std::filesystem::path& spool() const { return spool_.path(); }
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
  const TemporaryDirectory spool_;
  const FakeRule rule_;
  mutable std::mutex mutex_;  // guards said_
  std::string said_;
  std::atomic<bool> over_ = false;
  ExitCode exit_ = ExitCode::internal_error;
  std::thread thread_;
};

}  // namespace loadgen::test
