#include "pgbench_mode/connector.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <utility>

namespace loadgen::pgbench {

namespace {

constexpr Duration kPatience = std::chrono::seconds(1);
constexpr Duration kLongestWait = std::chrono::seconds(10);

class EventDescriptor {
 public:
  EventDescriptor() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~EventDescriptor() { ::close(descriptor_); }
  EventDescriptor(const EventDescriptor&) = delete;
  EventDescriptor& operator=(const EventDescriptor&) = delete;

  int get() const { return descriptor_; }
  void set() {
    const std::uint64_t one = 1;
    // A full counter means that it is set already.
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
  }
  void clear() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(descriptor_, &count, sizeof count);
  }

 private:
  int descriptor_;
};

struct Order {
  std::uint64_t number;
  std::vector<Place> places;
};

int milliseconds_until(Instant deadline, Instant now) {
  const Duration left = std::clamp(deadline - now, Duration{0}, kLongestWait);
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
}

}  // namespace

struct Connector::Background {
  ConnectWishes wishes;
  EventDescriptor asked;     // wakes the thread
  EventDescriptor finished;  // wakes the engine

  std::mutex mutex;  // guards everything below
  std::condition_variable ended_changed;
  std::deque<Order> orders;
  std::vector<PgconnHandle> disposed;
  std::vector<Connected> results;
  bool closed = false;  // nobody collects any more
  bool ended = false;   // the thread has

  void run();
  bool take_orders(std::vector<std::unique_ptr<ConnectAttempt>>& attempts);
  void wait_and_advance(std::vector<std::unique_ptr<ConnectAttempt>>& attempts,
                        std::vector<pollfd>& descriptors);
};

/// False once nothing is wanted any more.
bool Connector::Background::take_orders(std::vector<std::unique_ptr<ConnectAttempt>>& attempts) {
  std::vector<Order> taken;
  std::vector<PgconnHandle> finish;
  {
    const std::lock_guard lock(mutex);
    if (closed) return false;
    while (!orders.empty() && attempts.size() + taken.size() < kMostAtOnce) {
      taken.push_back(std::move(orders.front()));
      orders.pop_front();
    }
    finish.swap(disposed);
  }
  for (Order& order : taken) {
    attempts.push_back(std::make_unique<ConnectAttempt>(wishes, order.number,
                                                        std::move(order.places), Clock::now()));
  }
  return true;
}

void Connector::Background::wait_and_advance(std::vector<std::unique_ptr<ConnectAttempt>>& attempts,
                                             std::vector<pollfd>& descriptors) {
  Instant now = Clock::now();
  Instant deadline = now + kLongestWait;
  descriptors.assign(1, {asked.get(), POLLIN, 0});
  for (const auto& attempt : attempts) {
    // PQconnectPoll may have changed the socket, so it is asked for anew each time.
    descriptors.push_back({attempt->descriptor(), attempt->events(), 0});
    deadline = std::min(deadline, attempt->deadline());
  }
  ::poll(descriptors.data(), descriptors.size(), milliseconds_until(deadline, now));
  if (descriptors[0].revents != 0) asked.clear();
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    now = Clock::now();
    if (descriptors[i + 1].revents != 0 || attempts[i]->deadline() <= now)
      attempts[i]->advance(now);
  }
}

void Connector::Background::run() {
  std::vector<std::unique_ptr<ConnectAttempt>> attempts;
  std::vector<pollfd> descriptors;
  while (take_orders(attempts)) {
    const bool some_over =
        std::any_of(attempts.begin(), attempts.end(), [](const auto& a) { return a->over(); });
    if (!some_over) wait_and_advance(attempts, descriptors);
    std::vector<Connected> done;
    for (auto& attempt : attempts) {
      if (!attempt->over()) continue;
      done.push_back(attempt->take());
      attempt.reset();
    }
    if (done.empty()) continue;
    std::erase(attempts, nullptr);
    {
      const std::lock_guard lock(mutex);
      for (Connected& one : done) results.push_back(std::move(one));
    }
    finished.set();
  }
  attempts.clear();
  // Under the lock nobody else has them any more.
  std::deque<Order> no_orders;
  std::vector<PgconnHandle> finish;
  std::vector<Connected> unwanted;
  {
    const std::lock_guard lock(mutex);
    orders.swap(no_orders);
    finish.swap(disposed);
    unwanted.swap(results);
  }
  finish.clear();
  unwanted.clear();
  {
    const std::lock_guard lock(mutex);
    ended = true;
  }
  ended_changed.notify_all();
}

Connector::Connector(ConnectWishes wishes) : background_(std::make_shared<Background>()) {
  background_->wishes = std::move(wishes);
}

Connector::~Connector() {
  if (!thread_.joinable()) return;
  bool ended = false;
  {
    std::unique_lock lock(background_->mutex);
    background_->closed = true;
    background_->asked.set();
    ended =
        background_->ended_changed.wait_for(lock, kPatience, [this] { return background_->ended; });
  }
  if (ended) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void Connector::ask() {
  // Inherits no real-time priority from the engine: that resets on fork.
  if (!thread_.joinable()) thread_ = std::thread([held = background_] { held->run(); });
  background_->asked.set();
}

void Connector::order(std::uint64_t number, std::vector<Place> places) {
  {
    const std::lock_guard lock(background_->mutex);
    background_->orders.push_back({number, std::move(places)});
  }
  ask();
}

void Connector::dispose(PgconnHandle connection) {
  if (connection == nullptr) return;
  {
    const std::lock_guard lock(background_->mutex);
    background_->disposed.push_back(std::move(connection));
  }
  ask();
}

int Connector::descriptor() const { return background_->finished.get(); }

std::vector<Connected> Connector::collect() {
  background_->finished.clear();
  std::vector<Connected> results;
  const std::lock_guard lock(background_->mutex);
  results.swap(background_->results);
  return results;
}

}  // namespace loadgen::pgbench
