#include "loadgen/analysis/verdict.h"

#include <doctest/doctest.h>

#include <string>

namespace loadgen {
namespace {

TEST_CASE("what outweighs what") {
  const std::vector<std::string> none;
  struct Row {
    std::string why;
    std::vector<std::string> distrust, refutations, doubts;
    std::size_t declared;
    Verdict verdict;
    std::string headline;
  };
  const Row rows[] = {
      {"nothing asked", none, none, none, 0, Verdict::none, "NONE: no check was declared; seen"},
      {"one check held", none, none, none, 1, Verdict::pass, "PASS: the declared check held; seen"},
      {"all held", none, none, none, 6, Verdict::pass, "PASS: all 6 declared checks held; seen"},
      {"a doubt", none, none, {"d"}, 6, Verdict::inconclusive, "INCONCLUSIVE: d"},
      {"a doubt where nothing was asked",
       none,
       none,
       {"d"},
       0,
       Verdict::inconclusive,
       "INCONCLUSIVE: d"},
      {"refuted, and a doubt", none, {"r"}, {"d"}, 6, Verdict::failed, "FAILED: r"},
      {"not to be trusted, and refuted", {"t"}, {"r"}, {"d"}, 6, Verdict::invalid, "INVALID: t"},
      {"not to be trusted, though all held", {"t"}, none, none, 6, Verdict::invalid, "INVALID: t"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Evidence evidence;
    evidence.distrust = row.distrust;
    evidence.refutations = row.refutations;
    evidence.doubts = row.doubts;
    evidence.declared = row.declared;
    evidence.observation = "seen";
    evidence.remarks = {"remark"};
    const Decision decision = decide(evidence);
    CHECK(decision.verdict == row.verdict);
    REQUIRE(!decision.reasons.empty());
    CHECK(decision.reasons.front() == row.headline);
    CHECK(decision.reasons.back() == "remark");
    const std::size_t told = row.distrust.size() + row.refutations.size() + row.doubts.size();
    CHECK(decision.reasons.size() == (told == 0 ? 2 : told + 1));
  }
}

TEST_CASE("each verdict has its exit code; where nothing was asked, 0") {
  CHECK(exit_code_of(Verdict::pass) == ExitCode::pass);
  CHECK(exit_code_of(Verdict::none) == ExitCode::pass);
  CHECK(exit_code_of(Verdict::failed) == ExitCode::failed);
  CHECK(exit_code_of(Verdict::degraded) == ExitCode::degraded);
  CHECK(exit_code_of(Verdict::inconclusive) == ExitCode::inconclusive);
  CHECK(exit_code_of(Verdict::invalid) == ExitCode::invalid);
}

}  // namespace
}  // namespace loadgen
