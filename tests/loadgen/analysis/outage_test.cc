#include "loadgen/analysis/outage.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "second_letters.h"

namespace loadgen {
namespace {

std::string told(const std::vector<Outage>& outages) {
  std::ostringstream text;
  for (const Outage& window : outages) {
    text << (window.down ? "down " : "brown ") << to_seconds(window.from) << "-"
         << to_seconds(window.to) << ";";
  }
  return text.str();
}

TEST_CASE("outage windows") {
  struct Row {
    std::string why;
    std::string seconds;
    std::string windows;
  };
  const Row rows[] = {
      {"nothing happened", "gggg", ""},
      {"whole seconds", "ggdddgg", "down 2-5;"},
      {"edges are known to the ticket", "gg<ddd>gg", "down 2.4-6.7;"},
      {"one second", "gdg", "down 1-2;"},
      {"two windows", "gdgddg", "down 1-2;down 3-5;"},
      {"from the start to the end", "ddd", "down 0-3;"},
      {"a brown-out", "gppg", "brown 1-3;"},
      {"a brown-out on both sides", "gpddpg", "brown 1-2;down 2-4;brown 4-5;"},
      {"a partial second is explained by its outage", "g<dd>g", "down 1.4-4.7;"},
      {"without a whole second down it is a brown-out", "g<>g", "brown 1-3;"},
      {"seconds without tickets are bridged", "gdedg", "down 1-4;"},
      {"but don't lengthen an outage", "gdeeg", "down 1-2;"},
      {"a blind second ends it", "gdbdg", "down 1-2;down 3-4;"},
      {"no edge is taken from a blind second", "bdb", "down 1-2;"},
      {"waiting clients are down", "gwwg", "down 1-3;"},
      {"slow is not an outage", "gssg", ""},
      {"failures mixed in before: from the last ok at most one gap too early", "pd",
       "brown 0-1;down 1-2;"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(told(outages_of(seconds_of_letters(row.seconds), 0)) == row.windows);
  }
  CHECK(told(outages_of(seconds_of_letters("gdg", 100), 100)) == "down 101-102;");
}

TEST_CASE("windows are cut, and summed") {
  const auto all = outages_of(seconds_of_letters("gddgppgdddgg"), 0);
  CHECK(told(all) == "down 1-3;brown 4-6;down 7-10;");
  CHECK(told(cut_outages(all, std::chrono::seconds{2}, std::chrono::seconds{8})) ==
        "down 2-3;brown 4-6;down 7-8;");
  CHECK(told(cut_outages(all, std::chrono::seconds{3}, std::nullopt)) == "brown 4-6;down 7-10;");
  CHECK(told(cut_outages(all, std::chrono::seconds{3}, std::chrono::seconds{4})).empty());
  const OutageTotals totals = totals_of(all);
  CHECK(totals.longest_s == 3);
  CHECK(totals.total_s == 5);
  CHECK(totals.degraded_s == 7);
  CHECK(totals_of({}).longest_s == 0);
}

}  // namespace
}  // namespace loadgen
