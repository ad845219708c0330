#include "loadgen/drive/resolver.h"

#include <netdb.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <utility>

namespace loadgen {

struct Resolver::Background {
  struct Question {
    std::string host;
    std::uint16_t port = 0;
    Callback callback;
  };
  LookUp look_up;  // used by the thread only

  std::mutex mutex;  // guards everything below
  std::condition_variable asked;
  std::function<void()> wake;
  std::deque<Question> questions;
  std::vector<std::pair<Callback, Answer>> arrived;
  bool looking = false;  // the thread is inside look_up
  bool closed = false;   // nobody collects any more

  void run();
};

void Resolver::Background::run() {
  std::unique_lock lock(mutex);
  for (;;) {
    asked.wait(lock, [this] { return closed || !questions.empty(); });
    if (closed) return;
    Question question = std::move(questions.front());
    questions.pop_front();
    looking = true;
    lock.unlock();
    const Instant begun = Clock::now();
    Answer answer = look_up(question.host, question.port);
    answer.took = Clock::now() - begun;
    lock.lock();
    looking = false;
    if (closed) return;
    arrived.emplace_back(std::move(question.callback), std::move(answer));
    wake();  // under the lock, so that it is not called any more once `closed` is set
  }
}

Resolver::Resolver(std::function<void()> wake, LookUp look_up)
    : background_(std::make_shared<Background>()) {
  background_->wake = std::move(wake);
  background_->look_up = std::move(look_up);
}

Resolver::~Resolver() {
  if (!thread_.joinable()) return;
  bool looking = false;
  {
    const std::lock_guard lock(background_->mutex);
    background_->closed = true;
    looking = background_->looking;
  }
  background_->asked.notify_one();
  // getaddrinfo can't be called off, and may take the better part of a minute when a name server is
  // gone, which is when runs are aborted.
  if (looking) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

void Resolver::resolve(const std::string& host, std::uint16_t port, Callback callback) {
  // Most targets are numeric or resolved once; the thread starts with the first name.
  if (!thread_.joinable()) thread_ = std::thread([held = background_] { held->run(); });
  {
    const std::lock_guard lock(background_->mutex);
    background_->questions.push_back({host, port, std::move(callback)});
  }
  background_->asked.notify_one();
}

void Resolver::collect() {
  std::vector<std::pair<Callback, Answer>> arrived;
  {
    const std::lock_guard lock(background_->mutex);
    arrived.swap(background_->arrived);
  }
  for (auto& [callback, answer] : arrived) callback(answer);
}

Resolver::Answer Resolver::system_look_up(const std::string& host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  Answer answer;
  const int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (failure != 0) {
    answer.problem = failure == EAI_SYSTEM ? std::strerror(errno) : gai_strerror(failure);
    return answer;
  }
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    Address address;
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.length = entry->ai_addrlen;
    answer.addresses.push_back(address);
  }
  freeaddrinfo(found);
  if (answer.addresses.empty()) answer.problem = "no IPv4 or IPv6 address";
  return answer;
}

}  // namespace loadgen
