#include "loadgen/drive/resolver.h"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <semaphore>

namespace loadgen {
namespace {

/// A resolver whose answers are waited for.
struct Asked {
  explicit Asked(Resolver::LookUp look_up = Resolver::system_look_up)
      : resolver([this] { arrived.release(); }, std::move(look_up)) {}
  Resolver::Answer answer_to(const std::string& host, std::uint16_t port) {
    std::optional<Resolver::Answer> got;
    resolver.resolve(host, port, [&](const Resolver::Answer& answer) { got = answer; });
    REQUIRE(arrived.try_acquire_for(std::chrono::seconds(60)));
    CHECK_FALSE(got);  // callbacks run in `collect`, never on the other thread
    resolver.collect();
    REQUIRE(got);
    return *got;
  }
  std::counting_semaphore<> arrived{0};
  Resolver resolver;
};

TEST_CASE("localhost has addresses, with the port asked for") {
  Asked asked;
  const Resolver::Answer answer = asked.answer_to("localhost", 8080);
  CHECK(answer.problem == "");
  REQUIRE_FALSE(answer.addresses.empty());
  for (const Address& address : answer.addresses) {
    const std::string text = address.text();
    CAPTURE(text);
    CHECK((text == "127.0.0.1:8080" || text == "[::1]:8080"));
  }
  CHECK(answer.took > Duration{0});
}

TEST_CASE("a name that nobody has comes back with the reason") {
  Asked asked;
  const Resolver::Answer answer = asked.answer_to("nobody-has-this-name.invalid", 80);
  CHECK(answer.addresses.empty());
  CHECK(answer.problem != "");
}

TEST_CASE("answers come in the order of the questions") {
  Asked asked([](const std::string&, std::uint16_t port) {
    Resolver::Answer answer;
    answer.problem = std::to_string(port);
    return answer;
  });
  std::string order;
  for (std::uint16_t port = 1; port <= 5; ++port) {
    asked.resolver.resolve("a", port,
                           [&](const Resolver::Answer& answer) { order += answer.problem; });
  }
  for (int i = 0; i < 5; ++i) {
    REQUIRE(asked.arrived.try_acquire_for(std::chrono::seconds(60)));
    asked.resolver.collect();
  }
  CHECK(order == "12345");
  asked.resolver.collect();
  CHECK(order == "12345");
}

TEST_CASE("going away does not wait for a question that hangs, and nobody is woken then") {
  const auto release = std::make_shared<std::binary_semaphore>(0);
  const auto answered = std::make_shared<std::binary_semaphore>(0);
  const auto begun = std::make_shared<std::binary_semaphore>(0);
  std::atomic<bool> woken = false, called = false;
  {
    Resolver resolver([&] { woken = true; },
                      [=](const std::string&, std::uint16_t) {
                        begun->release();
                        release->acquire();
                        answered->release();
                        return Resolver::Answer{};
                      });
    resolver.resolve("slow.name", 80, [&](const Resolver::Answer&) { called = true; });
    resolver.resolve("slow.name", 81, [&](const Resolver::Answer&) { called = true; });
    begun->acquire();
  }
  release->release();
  answered->acquire();
  CHECK_FALSE(woken);
  CHECK_FALSE(called);
}

TEST_CASE("a resolver that was never asked has no thread to wait for") {
  Resolver resolver([] { FAIL("nothing to wake for"); });
  resolver.collect();
}

}  // namespace
}  // namespace loadgen
