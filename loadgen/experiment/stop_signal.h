// One cancellation signal, passed down to everything that waits.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <list>
#include <string>

#include "loadgen/core/units.h"

namespace loadgen {

/// How urgently a run has to come to its end. Each level includes those before it.
enum class Urgency : std::uint8_t {
  none,
  ending,  // the planned end is reached: observers, guards and pollers stop
  stop,    // abort: the load stops, hooks that are under way are killed, faults are reverted
  hurry,   // the second Ctrl-C: nothing is waited for but the reverts
};

/// Raised by signals, abort rules and trouble; never lowered. Who waits asks it to be woken from a
/// certain level on, and looks at the answer. It must outlive every wait. One thread: that of the
/// io_context.
class StopSignal {
 public:
  StopSignal() = default;
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Raises the level and wakes whoever waits for it. Lower than the present one: nothing happens.
  /// The reason of the first level from `stop` on is kept.
  void raise(Urgency level, const std::string& reason = {});
  bool at(Urgency level) const { return level_ >= level; }
  const std::string& reason() const { return reason_; }

  /// Waits until `when`: true. False, at once, when the level is or becomes `wake` or higher.
  /// Throws boost::system::system_error when it is cancelled, as one side of `||` is.
  boost::asio::awaitable<bool> sleep_until(Instant when, Urgency wake);

 private:
  struct Sleeper {
    boost::asio::steady_timer* timer;
    Urgency wake;
  };
  Urgency level_ = Urgency::none;
  std::string reason_;
  std::list<Sleeper> sleepers_;
};

/// Who is to be woken by which signal from which level on; without a signal nobody wakes.
struct WakeOn {
  StopSignal* signal = nullptr;
  Urgency level = Urgency::stop;
  bool raised() const { return signal != nullptr && signal->at(level); }
};

/// As StopSignal::sleep_until; without a signal always true.
boost::asio::awaitable<bool> sleep_until(Instant when, WakeOn wake);

}  // namespace loadgen
