#include "loadgen/experiment/server_watch.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/loadgen/experiment/staged_run.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

/// Finds one thing each time it is asked; in the end, one more.
struct Watcher {
  Instant zero{};
  int found = 0, ended = 0;

  ServerSample sample(const std::string& problem) {
    ServerSample made;
    made.group = "experimental";
    made.node = "pg-0";
    made.at = Clock::now() - zero;
    made.problem = problem;
    ++found;
    return made;
  }
  ServerWatch watch() {
    return {[this](Instant at) { zero = at; },
            [this] { return std::vector<ServerSample>{sample("")}; },
            [this] {
              ++ended;
              return std::vector<ServerSample>{
                  sample("refused, s3cret-token " + std::string(400, 'x'))};
            }};
  }
};

TEST_CASE("what is found beside a run stands in its journal, the last look included") {
  Watcher watcher;
  Staging staging;
  staging.phases = "before = \"1s\"\n";
  staging.servers = watcher.watch();
  StagedRun run(staging);
  play({&run});
  REQUIRE_FALSE(run.error);
  const auto samples = run.run().server_samples;
  REQUIRE(static_cast<int>(samples.size()) == watcher.found);
  CHECK(samples.size() > 2);
  CHECK(watcher.ended == 1);
  CHECK(samples.front().node == "pg-0");
  CHECK(samples.front().at > -1s);  // offset 0 is a moment ahead
  CHECK(samples.back().problem.rfind("refused, *** xxx", 0) == 0);
  CHECK(samples.back().problem.size() == kLongestSampleText);
}

}  // namespace
}  // namespace loadgen
