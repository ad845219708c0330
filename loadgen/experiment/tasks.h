// Coroutines that run beside their owner, and that it waits for before it goes.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <exception>

#include "loadgen/experiment/stop_signal.h"

namespace loadgen {

/// Coroutines that share an owner. The owner must await `done` before it (or anything that they
/// refer to) goes away. One thread: that of the io_context.
class Tasks {
 public:
  /// `stop` is raised when a task ends with an exception.
  Tasks(const boost::asio::any_io_executor& executor, StopSignal& stop)
      : executor_(executor), stop_(stop), idle_(executor, Instant::max()) {}
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;

  void spawn(boost::asio::awaitable<void> task);
  /// Waits until every task has ended. It has no deadline of its own: each task has one for
  /// everything that it waits for.
  boost::asio::awaitable<void> done();
  /// The first exception that ended a task; null when none did.
  std::exception_ptr error() const { return error_; }

 private:
  void ended(std::exception_ptr error);

  boost::asio::any_io_executor executor_;
  StopSignal& stop_;
  boost::asio::steady_timer idle_;
  std::uint32_t running_ = 0;
  std::exception_ptr error_;
};

}  // namespace loadgen
