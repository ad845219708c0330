#include "loadgen/analysis/generator.h"

#include <string>

#include "loadgen/analysis/trust.h"
#include "recorded_run.h"

namespace loadgen {
namespace {

TEST_CASE("processor time that the machine kept from loadgen") {
  struct Row {
    std::string why;
    std::int64_t throttled_us, stolen_us;  // of 65 s
    bool valid;
    std::string says;
  };
  const Row rows[] = {
      {"none", 0, 0, true, ""},
      {"a little", 300'000, 300'000, true, ""},
      {"throttled for 1 %", 650'000, 0, true, "raise the CPU limit of its container"},
      {"throttled for 10 %", 6'500'000, 0, false, "raise the CPU limit of its container"},
      {"4 % stolen", 0, 2'600'000, true, ""},
      {"20 % stolen, which the send lag would tell if it mattered", 0, 13'000'000, true,
       "give loadgen a machine of its own"},
      {"60 % stolen", 0, 39'000'000, false, "give loadgen a machine of its own"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.phases().both({0, 65}, {.ok = 10}).end(65);
    recorded.run.recording.workers.at(0).cpu_throttled_us = row.throttled_us;
    recorded.run.recording.workers.at(0).cpu_stolen_us = row.stolen_us;
    const Trust trust = trust_of(measure(recorded.run, phases_of(recorded.run)));
    CHECK(trust.valid == row.valid);
    CHECK(says(row.valid ? trust.warnings : trust.reasons, row.says) == !row.says.empty());
    CHECK((trust.warnings.empty() && trust.reasons.empty()) == row.says.empty());
  }
}

TEST_CASE("sockets that ran out are ours, not the system's failures") {
  struct Row {
    std::string why;
    std::uint64_t attempts, tickets;  // of 13,000
    bool valid;
  };
  for (const Row& row : {Row{"some attempts, made good by others", 5, 0, true},
                         Row{"a few tickets", 20, 20, true}, Row{"2 %", 300, 260, false}}) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.phases().both({0, 65}, {.ok = 100}).end(65);
    Tally& tally = recorded.run.recording.slices.at({0, 0, 0, 30}).tally;
    constexpr auto kNoSocket = static_cast<std::size_t>(Outcome::blind_no_socket);
    tally.connects_attempted = tally.connects_failed[kNoSocket] = row.attempts;
    tally.scheduled += row.tickets;
    tally.ended[kNoSocket] = row.tickets;
    const Measured measured = measure(recorded.run, phases_of(recorded.run));
    const Trust trust = trust_of(measured);
    CHECK(trust.valid == row.valid);
    CHECK(says(row.valid ? trust.warnings : trust.reasons, "raise `ulimit -n`"));
    CHECK(measured.at(0, 0).phase(PhaseName::during)->figures.error_rate == 0.0);
  }
}

}  // namespace
}  // namespace loadgen
