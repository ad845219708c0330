#include "loadgen/experiment/stop_signal.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace loadgen {

namespace asio = boost::asio;

namespace {

/// A wait that lost a race against another one (`a || b`) must not look as if its time had come.
asio::awaitable<void> throw_if_cancelled() {
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    throw boost::system::system_error(asio::error::operation_aborted);
  }
}

}  // namespace

void StopSignal::raise(Urgency level, const std::string& reason) {
  if (level <= level_) return;
  if (level >= Urgency::stop && level_ < Urgency::stop) reason_ = reason;
  level_ = level;
  // A timer's handler never runs inside cancel(), so the list stands still meanwhile.
  for (const Sleeper& sleeper : sleepers_) {
    if (at(sleeper.wake)) sleeper.timer->cancel();
  }
}

asio::awaitable<bool> StopSignal::sleep_until(Instant when, Urgency wake) {
  if (at(wake)) co_return false;
  asio::steady_timer timer(co_await asio::this_coro::executor, when);
  struct Entry {
    std::list<Sleeper>& list;
    std::list<Sleeper>::iterator place;
    ~Entry() { list.erase(place); }
  } entry{sleepers_, sleepers_.insert(sleepers_.end(), Sleeper{&timer, wake})};
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_await throw_if_cancelled();
  co_return !at(wake);
}

asio::awaitable<bool> sleep_until(Instant when, WakeOn wake) {
  if (wake.signal != nullptr) co_return co_await wake.signal->sleep_until(when, wake.level);
  asio::steady_timer timer(co_await asio::this_coro::executor, when);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_await throw_if_cancelled();
  co_return true;
}

}  // namespace loadgen
