#include "loadgen/cluster/channel.h"

#include <doctest/doctest.h>

#include <atomic>
#include <semaphore>
#include <thread>

namespace loadgen {
namespace {

std::uint64_t number_of(const std::optional<Message>& message) {
  REQUIRE(message);
  return std::get<Acknowledge>(*message).sequence;
}

TEST_CASE("messages arrive in their order, each end at the other") {
  auto [a, b] = Channel::pair();
  CHECK_FALSE(a.receive());
  for (std::uint64_t i = 1; i <= 3; ++i) CHECK(a.send(Acknowledge{i}));
  CHECK(b.send(Acknowledge{10}));
  for (std::uint64_t i = 1; i <= 3; ++i) CHECK(number_of(b.receive()) == i);
  CHECK_FALSE(b.receive());
  CHECK(number_of(a.receive()) == 10);
  CHECK_FALSE(a.closed());
}

TEST_CASE("what was sent before an end went away is still received; then the channel is closed") {
  auto [a, b] = Channel::pair();
  {
    const Channel going = std::move(a);
    Channel& its = const_cast<Channel&>(going);
    its.send(Acknowledge{1});
  }
  CHECK_FALSE(b.closed());
  CHECK(number_of(b.receive()) == 1);
  CHECK(b.closed());
  CHECK_FALSE(b.send(Acknowledge{2}));
}

TEST_CASE("a full mailbox refuses, and takes again when it was read") {
  auto [a, b] = Channel::pair();
  for (std::uint64_t i = 0; i < Channel::kMailbox; ++i) REQUIRE(a.send(Acknowledge{i}));
  CHECK_FALSE(a.send(Acknowledge{0}));
  CHECK(b.send(Acknowledge{0}));  // the other direction is another mailbox
  CHECK(number_of(b.receive()) == 0);
  CHECK(a.send(Acknowledge{Channel::kMailbox}));
  for (std::uint64_t i = 1; i <= Channel::kMailbox; ++i) REQUIRE(number_of(b.receive()) == i);
}

TEST_CASE("whoever waits is woken by a message and by the end, also by those before he waited") {
  int wakes = 0;
  auto [a, b] = Channel::pair();
  b.on_arrival([&] { ++wakes; });
  CHECK(wakes == 0);
  a.send(Acknowledge{1});
  CHECK(wakes == 1);
  b.on_arrival(nullptr);
  a.send(Acknowledge{2});
  CHECK(wakes == 1);
  b.on_arrival([&] { ++wakes; });
  CHECK(wakes == 2);
  while (b.receive()) {
  }
  { const Channel gone = std::move(a); }
  CHECK(wakes == 3);
  b.on_arrival([&] { ++wakes; });
  CHECK(wakes == 4);
}

TEST_CASE("an end that went away is not woken") {
  bool woken = false;
  auto [a, b] = Channel::pair();
  b.on_arrival([&] { woken = true; });
  { const Channel gone = std::move(b); }
  a.send(Acknowledge{1});
  CHECK_FALSE(woken);
  CHECK(a.closed());
}

TEST_CASE("the two ends may be on two threads") {
  constexpr std::uint64_t kMessages = 20'000;
  auto [here, there] = Channel::pair();
  std::thread other([channel = std::move(there)]() mutable {
    std::counting_semaphore<> arrived{0};
    channel.on_arrival([&] { arrived.release(); });
    while (!channel.closed()) {
      arrived.acquire();
      while (auto message = channel.receive()) {
        while (!channel.send(*message)) std::this_thread::yield();
      }
    }
    channel.on_arrival(nullptr);
  });
  std::uint64_t sent = 0, received = 0;
  while (received < kMessages) {
    while (sent < kMessages && sent - received < 100 && here.send(Acknowledge{sent})) ++sent;
    if (const auto message = here.receive()) {
      REQUIRE(number_of(message) == received);
      ++received;
    }
  }
  here = Channel();
  other.join();
}

}  // namespace
}  // namespace loadgen
