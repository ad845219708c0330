#include "loadgen/core/worker_record.h"

#include <doctest/doctest.h>

#include <stdexcept>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a worker's record comes back; what is cut or too long is refused") {
  const WorkerRecord record{3, "pod-3", "0.1.0", "abc", 8, -5s, 120us, 3ms};
  const std::string bytes = encode(record);
  CHECK(decode_worker(bytes) == record);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    CHECK_THROWS_AS(decode_worker(bytes.substr(0, length)), std::runtime_error);
  CHECK_THROWS_AS(decode_worker(bytes + '\0'), std::runtime_error);
}

}  // namespace
}  // namespace loadgen
