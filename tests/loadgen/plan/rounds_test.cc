#include "loadgen/plan/rounds.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Scenario scenario_of(const std::string& experiment, const std::string& warmup = "5s",
                     const std::string& before = "60s") {
  ScenarioSource source;
  source.text = "schema = 1\n[experiment]\nname = \"ci\"\n" + experiment + "[phases]\nwarmup = \"" +
                warmup + "\"\nbefore = \"" + before +
                "\"\n[groups.experimental]\nbase_url = \"http://b\"\n[groups.control]\nbase_url = "
                "\"http://a\"\n[[workloads]]\nname = \"home\"\nkind = \"http\"\nrate = 100\n";
  return parse_scenario(source);
}

constexpr std::uint16_t kHead = 0, kBase = 1;  // in the order of the file

TEST_CASE("without rounds every group has its turn always") {
  const Rounds rounds(scenario_of(""));
  CHECK_FALSE(rounds.any());
  CHECK(rounds.turns().empty());
  for (const std::uint16_t group : {kBase, kHead}) {
    CHECK(rounds.has(group, seconds(3)));
    CHECK(rounds.next(group, seconds(3)) == seconds(3));
    CHECK(rounds.length_within(group, seconds(3), seconds(10)) == seconds(7));
    CHECK(rounds.length_within(group, seconds(10), seconds(3)) == seconds(0));
  }
}

TEST_CASE("A B B A, the base first, the first tenth of a turn not judged") {
  const Rounds rounds(scenario_of("order = \"ABBA\"\n"));
  const std::vector<Turn> turns = rounds.turns();
  REQUIRE(turns.size() == 12);
  std::string order;
  for (std::size_t i = 0; i < turns.size(); ++i) {
    order += turns[i].group == kBase ? 'A' : 'B';
    CHECK(turns[i].round == i / 2);
    CHECK(turns[i].from == 5 + 5 * static_cast<RunSecond>(i));
    CHECK(turns[i].judged == turns[i].from + 1);
    CHECK(turns[i].to == turns[i].from + 5);
  }
  CHECK(order == "ABBAABBAABBA");
  CHECK(Rounds(scenario_of("order = \"ABBA\"\n", "0s", "360s")).turns()[0].judged == 3);
}

TEST_CASE("at every instant it is exactly one group's turn") {
  struct Row {
    std::string why;
    RunOffset at;
    std::uint16_t whose;
  };
  const Row rows[] = {
      {"before the start", milliseconds(-1), kBase},
      {"the first half of warm-up", milliseconds(2499), kBase},
      {"the second half", milliseconds(2500), kHead},
      {"the last moment of warm-up", milliseconds(4999), kHead},
      {"round 1, A", seconds(5), kBase},
      {"just before the change", milliseconds(9999), kBase},
      {"round 1, B", seconds(10), kHead},
      {"round 2 begins with B", seconds(15), kHead},
      {"round 2, A", seconds(20), kBase},
      {"the pattern goes on behind the plan", seconds(65), kBase},
  };
  const Rounds rounds(scenario_of("order = \"ABBA\"\nrounds = 6\n"));
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(rounds.has(row.whose, row.at));
    CHECK_FALSE(rounds.has(1 - row.whose, row.at));
    CHECK(rounds.next(row.whose, row.at) == row.at);
    CHECK(rounds.next(1 - row.whose, row.at) > row.at);
    CHECK(rounds.has(1 - row.whose, rounds.next(1 - row.whose, row.at)));
  }
  CHECK(rounds.next(kBase, seconds(10)) == seconds(20));  // over both of B's turns
  CHECK(rounds.length_within(kBase, seconds(0), seconds(65)) == milliseconds(32'500));
  CHECK(rounds.length_within(kHead, seconds(9), seconds(21)) == seconds(10));
}

TEST_CASE("turns are whole seconds, at least three") {
  CHECK(turn_length(seconds(36), 6) == seconds(3));
  CHECK(turn_length(seconds(360), 6) == seconds(30));
  CHECK_FALSE(turn_length(seconds(24), 6));
  CHECK_FALSE(turn_length(seconds(61), 6));
  CHECK_FALSE(turn_length(seconds(42), 6));  // 3.5 s
  CHECK_FALSE(turn_length(seconds(0), 6));
}

}  // namespace
}  // namespace loadgen
