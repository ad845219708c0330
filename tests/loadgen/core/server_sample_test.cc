#include "loadgen/core/server_sample.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace loadgen;
using namespace std::chrono_literals;

namespace {

ServerSample full() {
  ServerSample s;
  s.group = "experimental";
  s.node = "pg-0";
  s.at = 5500ms;
  s.took = 1200us;
  s.started_us = 1'787'000'000'000'001;
  s.system_identifier = 7'710'529'485'434'113'066;
  s.address = "10.0.0.7:5432";
  s.in_recovery = true;
  s.timeline = 2;
  for (std::size_t i = 0; i < kServerCounters; ++i) s.counts[i] = 1'000'000'007 * i;
  s.states = {{"active", 3}, {"idle", 12}};
  s.waits = {{"Lock:transactionid", 2}, {"running", 1}};
  s.hidden = 1;
  s.standbys = {{"walreceiver", "streaming", "async", 520, 433us}, {"s2", "", "", {}, {}}};
  s.upstream = UpstreamLink{"streaming", 0, -5us};
  s.settings = {{"fsync", "on"}, {"synchronous_standby_names", ""}};
  return s;
}

void check_comes_back(const ServerSample& sample) {
  const std::string bytes = encode(sample);
  CHECK(decode_server_sample(bytes) == sample);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    CHECK_THROWS_AS(decode_server_sample(std::string_view(bytes).substr(0, length)),
                    std::runtime_error);
  }
  CHECK_THROWS_AS(decode_server_sample(bytes + 'x'), std::runtime_error);
}

}  // namespace

TEST_CASE("samples come back with every field, and nothing shorter or longer is taken") {
  check_comes_back(full());
  check_comes_back(ServerSample{});
  ServerSample bare = full();
  bare.upstream.reset();
  bare.settings.clear();
  bare.standbys.clear();
  check_comes_back(bare);
}

TEST_CASE("a look without an answer is its problem and nothing else") {
  ServerSample sample = full();
  sample.problem = "no answer within 0.9 s";
  const ServerSample back = decode_server_sample(encode(sample));
  CHECK(back.node == "pg-0");
  CHECK(back.at == 5500ms);
  CHECK(back.took == 1200us);
  CHECK(back.problem == sample.problem);
  CHECK(back.states.empty());
  CHECK(back.started_us == 0);
}

TEST_CASE("what a server could fill a disk with is refused") {
  ServerSample sample;
  sample.states = {{"a", 1}, {"b", 2}};
  std::string bytes = encode(sample);
  const std::size_t a = bytes.rfind('a');
  REQUIRE(a != std::string::npos);
  bytes[a] = 'c';  // keys out of order
  CHECK_THROWS_AS(decode_server_sample(bytes), std::runtime_error);
  sample.states.clear();
  sample.address = std::string(kLongestSampleText, 'x');
  CHECK(decode_server_sample(encode(sample)) == sample);
}

TEST_CASE("counters have names, and the other way round") {
  for (std::size_t i = 0; i < kServerCounters; ++i) {
    const auto counter = static_cast<ServerCounter>(i);
    CAPTURE(name_of(counter));
    CHECK(server_counter(name_of(counter)) == counter);
  }
  CHECK_FALSE(server_counter("commit"));
  CHECK_FALSE(server_counter(""));
}
