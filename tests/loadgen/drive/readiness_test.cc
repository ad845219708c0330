#include "loadgen/drive/readiness.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <system_error>
#include <thread>
#include <vector>

namespace loadgen {
namespace {

struct Pair {
  Pair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0); }
  ~Pair() {
    for (const int end : ends) ::close(end);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  int ends[2];
};

TEST_CASE("what is ready is told, with what it is ready for, as long as it is") {
  Readiness readiness;
  Pair pair;
  Pollable owner;
  readiness.add(pair.ends[0], owner, Readiness::read);
  const auto look = [&] { return readiness.wait(Clock::now(), Clock::now()); };
  CHECK(look() == 0);
  REQUIRE(::write(pair.ends[1], "x", 1) == 1);
  for (int again = 0; again < 2; ++again) {  // level-triggered
    REQUIRE(look() == 1);
    CHECK(readiness.event(0).owner == &owner);
    CHECK(readiness.event(0).readable);
    CHECK_FALSE(readiness.event(0).writable);
    CHECK_FALSE(readiness.event(0).broken);
  }
  readiness.change(pair.ends[0], owner, Readiness::read | Readiness::write);
  REQUIRE(look() == 1);
  CHECK(readiness.event(0).writable);
  readiness.change(pair.ends[0], owner, Readiness::write);
  REQUIRE(look() == 1);
  CHECK_FALSE(readiness.event(0).readable);
  readiness.remove(pair.ends[0]);
  CHECK(look() == 0);
}

TEST_CASE("a peer that hangs up is told") {
  Readiness readiness;
  Pair pair;
  Pollable owner;
  readiness.add(pair.ends[0], owner, Readiness::read);
  ::shutdown(pair.ends[1], SHUT_RDWR);
  REQUIRE(readiness.wait(Clock::now(), Instant::max()) == 1);
  CHECK(readiness.event(0).readable);
  CHECK(readiness.event(0).broken);
}

TEST_CASE("a batch is bounded, and nobody is left out in the next ones") {
  Readiness readiness;
  std::vector<Pair> pairs(Readiness::kBatch + 8);
  std::vector<Pollable> owners(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    readiness.add(pairs[i].ends[0], owners[i], Readiness::read);
    REQUIRE(::write(pairs[i].ends[1], "x", 1) == 1);
  }
  std::size_t heard = 0;
  for (int n; (n = readiness.wait(Clock::now(), Clock::now())) > 0;) {
    CHECK(n <= Readiness::kBatch);
    for (int i = 0; i < n; ++i, ++heard) {
      const auto number = static_cast<std::size_t>(readiness.event(i).owner - owners.data());
      readiness.remove(pairs[number].ends[0]);
    }
  }
  CHECK(heard == pairs.size());
}

TEST_CASE("wake ends a wait, from another thread or before it began, and is told once") {
  Readiness readiness;
  CHECK_FALSE(readiness.woken());
  readiness.wake();
  readiness.wake();
  CHECK(readiness.wait(Clock::now(), Instant::max()) == 1);
  CHECK(readiness.event(0).owner->driver == nullptr);
  CHECK(readiness.woken());
  CHECK_FALSE(readiness.woken());
  CHECK(readiness.wait(Clock::now(), Clock::now()) == 0);
  std::thread other([&] { readiness.wake(); });
  CHECK(readiness.wait(Clock::now(), Instant::max()) == 1);
  other.join();
  CHECK(readiness.woken());
}

TEST_CASE("a wait ends at its deadline, not before it") {
  Readiness readiness;
  for (const Duration length : {Duration{0}, Duration{1}, Duration{300'000}, Duration{2'000'000}}) {
    const Instant now = Clock::now();
    CHECK(readiness.wait(now, now + length) == 0);
    CHECK(Clock::now() - now >= length);
  }
  const Instant now = Clock::now();
  CHECK(readiness.wait(now, now - std::chrono::seconds(1)) == 0);
}

TEST_CASE("what the kernel refuses is thrown") {
  Readiness readiness;
  Pollable owner;
  CHECK_THROWS_AS(readiness.add(-1, owner, Readiness::read), std::system_error);
  CHECK_THROWS_AS(readiness.change(0, owner, Readiness::read), std::system_error);
}

}  // namespace
}  // namespace loadgen
