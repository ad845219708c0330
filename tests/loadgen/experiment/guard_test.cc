#include "loadgen/experiment/guard.h"

#include <doctest/doctest.h>

#include <string>

namespace loadgen {
namespace {

AbortRule rule(const std::string& text) {
  AbortRule r;
  r.text = text;
  r.check = parse_check(text);
  return r;
}

AbortSecond second(std::uint64_t ok, std::uint64_t bad, std::uint64_t open) {
  AbortSecond s;
  s.planned = ok + bad + open;
  s.ok = ok;
  s.bad = bad;
  return s;
}

TEST_CASE("a rule fires for any recent stretch that is long enough") {
  const AbortSecond good = second(100, 0, 0), bad = second(50, 50, 0), open = second(0, 0, 100);
  struct Row {
    std::string why;
    std::vector<AbortSecond> seconds;
    bool fires;
  };
  const Row rows[] = {
      {"the newest seconds", {good, bad, bad, bad}, true},
      {"one too few", {good, bad, bad}, false},
      {"interrupted", {bad, bad, good, bad, bad}, false},
      {"known only after the timeout, behind seconds that are open",
       {bad, bad, bad, open, open},
       true},
      {"open seconds alone say nothing yet", {good, open, open, open}, false},
      {"over by now, but it was there", {bad, bad, bad, good}, true},
      {"nothing known", {}, false},
  };
  const AbortRule r = rule("error_rate > 5% for 3s");
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(fired_lately(r, row.seconds).has_value() == row.fires);
  }
  CHECK(fired_lately(rule("error_rate > 5%"), {good, bad}).has_value());
  CHECK_FALSE(fired_lately(rule("error_rate > 50%"), {good, bad}).has_value());
}

}  // namespace
}  // namespace loadgen
