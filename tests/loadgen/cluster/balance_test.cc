#include "loadgen/cluster/balance.h"

#include <doctest/doctest.h>

#include "fake_run.h"
#include "loadgen/core/run_record.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

/// Two groups, one workload with one operation.
Balance of_small_run() {
  ScenarioSource source;
  source.text = test::kScenarioText;
  return Balance(parse_scenario(source));
}

Part part(SliceKey key, std::uint64_t scheduled, std::uint64_t ok) {
  Part part;
  part.sequence = 1;
  part.made_at = 10s;
  Tally& tally = part.slices[key].tally;
  tally.scheduled = scheduled;
  tally.ended[static_cast<std::size_t>(Outcome::ok)] = ok;
  return part;
}

TEST_CASE("what the scenario has, and what has come, is believed") {
  const Balance balance = of_small_run();
  for (const SliceKey key : {SliceKey{0, 0, 0, 0}, SliceKey{1, 0, 0, 0}, SliceKey{1, 0, 0, 11}})
    CHECK(balance.refuses(part(key, 5, 2), 10s) == "");
}

TEST_CASE("what can't be is not") {
  const Balance balance = of_small_run();
  Part sampled = part({0, 0, 0, 0}, 1, 1);
  sampled.samples.emplace_back().key = {0, 9, 0, 0};
  Part late = part({0, 0, 0, 0}, 1, 1);
  late.made_at = 2h;
  struct Row {
    const char* why;
    Part part;
    const char* text;
  };
  for (const Row& row : {
           Row{"no such group", part({2, 0, 0, 0}, 1, 0), "an operation that the scenario has not"},
           Row{"no such workload", part({0, 1, 0, 0}, 1, 0), "that the scenario has not"},
           Row{"no such operation", part({0, 0, 1, 0}, 1, 0), "that the scenario has not"},
           Row{"before the run", part({0, 0, 0, -1}, 1, 0), "tells of second -1"},
           Row{"of tomorrow", part({0, 0, 0, 86400}, 1, 0), "tells of second 86400"},
           Row{"made in two hours", late, "was made in second 7200"},
           Row{"a sample of no workload", sampled, "has a sample of an operation"},
           Row{"more ends than fell due", part({0, 0, 0, 0}, 1, 2), "more tickets than fell due"},
       }) {
    CAPTURE(row.why);
    CHECK(balance.refuses(row.part, 10s).find(row.text) != std::string::npos);
  }
  CHECK(Balance().refuses(part({0, 0, 0, 0}, 1, 1), 10s) != "");
}

TEST_CASE("it remembers what is open, over parts") {
  Balance balance = of_small_run();
  balance.add(part({0, 0, 0, 3}, 10, 4));
  CHECK(balance.refuses(part({0, 0, 0, 3}, 0, 6), 10s) == "");
  CHECK(balance.refuses(part({0, 0, 0, 3}, 0, 7), 10s) != "");
  CHECK(balance.refuses(part({1, 0, 0, 3}, 0, 1), 10s) != "");
  balance.add(part({0, 0, 0, 3}, 0, 6));
  CHECK(balance.refuses(part({0, 0, 0, 3}, 0, 1), 10s) != "");
}

TEST_CASE("rows of the ledger are told once") {
  Balance balance = of_small_run();
  Part told = part({0, 0, 0, 0}, 1, 1);
  REQUIRE(
      told.ledger[0].ranges.add({1, 5, 1, LedgerFate::acknowledged, RunOffset(0), RunOffset(1s)}));
  CHECK(balance.refuses(told, 10s) == "");
  balance.add(told);
  Part again = part({0, 0, 0, 1}, 1, 1);
  again.ledger = told.ledger;
  CHECK(balance.refuses(again, 10s).find("tells of the same rows of the ledger twice") !=
        std::string::npos);
}

}  // namespace
}  // namespace loadgen
