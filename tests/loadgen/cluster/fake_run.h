// A small run over fake drivers: the scenario's text, and workers on threads.
#pragma once

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "loadgen/cluster/worker.h"
#include "tests/loadgen/drive/fake_driver.h"

namespace loadgen::test {

inline const std::string kScenarioText = R"(schema = 1
[phases]
before = "60s"
[groups.control]
base_url = "http://127.0.0.1:1"
[groups.experimental]
base_url = "http://127.0.0.1:1"
[[workloads]]
name = "home"
kind = "http"
rate = 100
timeout = "200ms"
)";

inline Assign small_assignment() {
  Assign assign;
  assign.seed = 42;
  assign.scenario_text = kScenarioText;
  assign.variables.resize(2);
  return assign;
}

/// Handles what arrives at `io` until done() holds.
void run_until(boost::asio::io_context& io, const auto& done) {
  const Instant deadline = Clock::now() + std::chrono::seconds(60);
  while (!done()) {
    REQUIRE(Clock::now() < deadline);
    io.restart();
    io.run_one_for(std::chrono::milliseconds(10));
  }
}

/// Workers at the other ends of channels; joined at the end, which is when they have lost them.
class Workers {
 public:
  explicit Workers(FakeRule rule = {}) : rule_(std::move(rule)) {}
  ~Workers() {
    for (std::thread& thread : threads_) thread.join();
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  DriverFactory factory() {
    return [this](const DriverSetup& setup) { return std::make_unique<FakeDriver>(setup, rule_); };
  }
  /// Our end of the channel of a new worker.
  Channel add(const DriverFactory& factory) {
    auto [here, there] = Channel::pair();
    threads_.emplace_back(
        [channel = std::move(there), factory]() mutable { work(std::move(channel), factory); });
    return std::move(here);
  }
  Channel add() { return add(factory()); }
  /// Waits until they have come to their end by themselves.
  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  const FakeRule rule_;
  std::vector<std::thread> threads_;
};

}  // namespace loadgen::test
