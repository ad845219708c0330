// Runs one coroutine to its end, for tests.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

namespace loadgen {

/// The value of `task`, run on `io` until nothing is left to do there; its exception is rethrown.
template <class Value>
Value awaited(boost::asio::io_context& io, boost::asio::awaitable<Value> task) {
  std::optional<Value> value;
  std::exception_ptr failure;
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, Value result) {
    failure = error;
    value = std::move(result);
  });
  io.restart();
  io.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(*value);
}

inline void awaited(boost::asio::io_context& io, boost::asio::awaitable<void> task) {
  std::exception_ptr failure;
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error) { failure = error; });
  io.restart();
  io.run();
  if (failure) std::rethrow_exception(failure);
}

template <class Value>
Value awaited(boost::asio::awaitable<Value> task) {
  boost::asio::io_context io;
  return awaited(io, std::move(task));
}

}  // namespace loadgen
