#include "pgbench_mode/places.h"

#include <doctest/doctest.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace loadgen::pgbench {
namespace {

/// A resolver with answers of the test's, and what it was asked.
struct Desk {
  explicit Desk(const std::string& dsn)
      : conninfo(parse_conninfo(dsn)),
        resolver([this] { arrived(); },
                 [this](const std::string& host, std::uint16_t) { return look_up(host); }),
        places(conninfo, resolver, [this](Instant) { ++told; }) {}

  Resolver::Answer look_up(const std::string& host) {
    const std::lock_guard lock(mutex);
    asked.push_back(host);
    Resolver::Answer answer;
    for (const std::string& address : known[host])
      answer.addresses.push_back(*numeric_address(address, 0));
    if (answer.addresses.empty()) answer.problem = "not known";
    return answer;
  }
  void arrived() {
    const std::lock_guard lock(mutex);
    ++answers;
    changed.notify_all();
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return answers >= count; });
    lock.unlock();
    resolver.collect();
  }
  std::string text(std::size_t first = 0) const {
    std::string text;
    for (const Place& place : places.in_order(first))
      text += (text.empty() ? "" : "; ") + place.host + "|" + place.address + "|" + place.port;
    return text;
  }

  std::mutex mutex;
  std::condition_variable changed;
  int answers = 0, told = 0;
  std::vector<std::string> asked;
  std::map<std::string, std::vector<std::string>> known;
  Conninfo conninfo;
  Resolver resolver;
  Places places;
};

TEST_CASE("without names there is nothing to ask") {
  Desk desk("host=10.0.0.1,/run/pg port=1,2");
  CHECK(desk.places.known(Clock::now()));
  CHECK(desk.text() == "10.0.0.1||1; /run/pg||2");
  CHECK(desk.text(1) == "/run/pg||2; 10.0.0.1||1");
  CHECK(desk.text(2) == desk.text(0));
}

TEST_CASE("each name gives every address that it has, in the order of the hosts") {
  Desk desk("host=a,10.0.0.9,b port=1,2,3");
  desk.known = {{"a", {"10.0.0.1", "10.0.0.2"}}, {"b", {"::1"}}};
  CHECK_FALSE(desk.places.known(Clock::now()));
  desk.places.ask();
  desk.places.ask();  // is under way
  desk.wait_for(2);
  CHECK(desk.told == 1);
  CHECK(desk.asked.size() == 2);
  CHECK(desk.text() == "a|10.0.0.1|1; a|10.0.0.2|1; 10.0.0.9||2; b|::1|3");
  CHECK(desk.text(3) == "b|::1|3; a|10.0.0.1|1; a|10.0.0.2|1; 10.0.0.9||2");
  // Good for the sessions that come back together, and no longer.
  CHECK(desk.places.known(Clock::now()));
  CHECK_FALSE(desk.places.known(Clock::now() + std::chrono::seconds(2)));
  desk.known["a"] = {"10.0.0.7"};
  desk.places.ask();
  desk.wait_for(4);
  CHECK(desk.text() == "a|10.0.0.7|1; 10.0.0.9||2; b|::1|3");
}

TEST_CASE("a name that is not known is left out; with no place left the problem says why") {
  Desk desk("host=a,b port=1");
  desk.known = {{"b", {"10.0.0.2"}}};
  desk.places.ask();
  desk.wait_for(2);
  CHECK(desk.text() == "b|10.0.0.2|1");
  CHECK(desk.places.known(Clock::now()));
  desk.known.clear();
  desk.places.ask();
  desk.wait_for(4);
  CHECK(desk.text() == "");
  CHECK_FALSE(desk.places.known(Clock::now()));
  CHECK(desk.places.problem() ==
        "could not translate host name \"a\" to address: not known\n"
        "could not translate host name \"b\" to address: not known");
}

}  // namespace
}  // namespace loadgen::pgbench
