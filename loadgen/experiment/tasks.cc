#include "loadgen/experiment/tasks.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>
#include <utility>

namespace loadgen {

namespace asio = boost::asio;

void Tasks::spawn(asio::awaitable<void> task) {
  ++running_;
  asio::co_spawn(executor_, std::move(task),
                 [this](std::exception_ptr error) { ended(std::move(error)); });
}

void Tasks::ended(std::exception_ptr error) {
  --running_;
  if (error && !error_) {
    error_ = error;
    std::string what = "internal error";
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& e) {
      what = e.what();
    } catch (...) {
    }
    stop_.raise(Urgency::stop, what);
  }
  if (running_ == 0) idle_.cancel();
}

asio::awaitable<void> Tasks::done() {
  while (running_ > 0) co_await idle_.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace loadgen
