#include "pgbench_mode/server_sampler.h"

#include <signal.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace loadgen::pgbench {

namespace {

constexpr Duration kEvery = std::chrono::seconds(1);
/// Parts are made when a second ends; a look in its middle does not compete with them.
constexpr Duration kFirst = std::chrono::milliseconds(500);
/// If nobody takes them, looking stops before memory fills up.
constexpr std::size_t kMostWaiting = 1000;

constexpr const char* kStillOpen = "no answer until the run ended";

}  // namespace

/// One server and its thread.
struct ServerSampler::Background {
  Looker looker;  // used by the thread only, but for the server's names
  Instant zero{};

  std::mutex mutex;  // guards everything below
  std::condition_variable changed;
  std::vector<ServerSample> found;
  std::optional<RunOffset> under_way;  // a look that began then
  bool closed = false;                 // nobody takes samples any more
  bool over = false;                   // the thread is about to end

  void run();
  std::vector<ServerSample> take();
};

void ServerSampler::Background::run() {
  // Signals are the conductor's.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::unique_lock lock(mutex);
  for (RunOffset due = kFirst; !closed;) {
    if (changed.wait_until(lock, zero + due, [this] { return closed; })) break;
    if (found.size() < kMostWaiting) {
      const RunOffset at = Clock::now() - zero;
      under_way = at;
      lock.unlock();
      ServerSample sample = looker.look();
      const bool hopeless = looker.hopeless();
      lock.lock();
      under_way.reset();
      if (closed) break;
      sample.at = at;
      sample.took = Clock::now() - zero - at;
      found.push_back(std::move(sample));
      if (hopeless) break;
    }
    // The next multiple that is still to come: a look that took longer skips some.
    due += kEvery * ((Clock::now() - zero - due) / kEvery + 1);
  }
  over = true;
  changed.notify_all();
}

std::vector<ServerSample> ServerSampler::Background::take() {
  const std::lock_guard lock(mutex);
  return std::exchange(found, {});
}

ServerSampler::ServerSampler(std::vector<Looker> lookers) {
  for (Looker& looker : lookers) {
    servers_.push_back(std::make_shared<Background>());
    servers_.back()->looker = std::move(looker);
  }
}

ServerSampler::~ServerSampler() {
  end(Clock::now());
  const Instant give_up = Clock::now() + kPatience;
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    std::unique_lock lock(servers_[i]->mutex);
    const bool over =
        servers_[i]->changed.wait_until(lock, give_up, [&] { return servers_[i]->over; });
    lock.unlock();
    if (over) {
      threads_[i].join();
    } else {
      threads_[i].detach();
    }
  }
}

void ServerSampler::begin(Instant zero) {
  for (const auto& server : servers_) {
    server->zero = zero;
    threads_.emplace_back([held = server] { held->run(); });
  }
}

std::vector<ServerSample> ServerSampler::take() {
  std::vector<ServerSample> all;
  for (const auto& server : servers_) {
    for (ServerSample& sample : server->take()) all.push_back(std::move(sample));
  }
  return all;
}

std::vector<ServerSample> ServerSampler::end(Instant now) {
  std::vector<ServerSample> rest = take();
  for (const auto& server : servers_) {
    {
      const std::lock_guard lock(server->mutex);
      if (!server->closed && server->under_way) {
        ServerSample sample;
        sample.group = server->looker.server.group;
        sample.node = server->looker.server.node;
        sample.at = *server->under_way;
        sample.took = now - server->zero - sample.at;
        sample.problem = kStillOpen;
        rest.push_back(std::move(sample));
      }
      server->closed = true;
    }
    server->changed.notify_all();
  }
  return rest;
}

std::vector<ServerSampler::Looker> lookers_at(const std::vector<SampledServer>& servers) {
  std::vector<ServerSampler::Looker> lookers;
  for (const SampledServer& server : servers) {
    // Owned by the two functions of a looker, which are used together.
    auto view = std::make_shared<ServerView>(server);
    lookers.push_back(
        {server, [view] { return view->look(); }, [view] { return view->hopeless(); }});
  }
  return lookers;
}

}  // namespace loadgen::pgbench
