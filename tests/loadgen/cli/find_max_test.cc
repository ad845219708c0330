#include "loadgen/cli/find_max.h"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include "loadgen/cli/target.h"
#include "loadgen/core/result.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/scenario.h"
#include "reports/capacity.h"
#include "undisturbed.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::contains;
using test::kept_from_its_answer;
using test::Ran;
using test::run_loadgen;
using test::run_undisturbed;
using test::unfolded;

/// A search whose steps last a second.
std::string scenario_in(const ScratchDirectory& directory, const Target& target,
                        const std::string& load, const std::string& capacity) {
  const std::string path = (directory.path() / "search.toml").string();
  std::ofstream(path) << "schema = 1\n[phases]\nbefore = \"1s\"\n[groups.target]\nbase_url = \""
                      << target.url() << "\"\n[[workloads]]\nname = \"home\"\nkind = \"http\"\n"
                      << load << "[capacity]\n"
                      << capacity;
  return path;
}

TEST_CASE("the highest rate of a queue is what it can serve") {
  // An answer takes 200 ms, 40 at a time: 200/s are served, and beyond it the line grows.
  Target target({.delay = 200ms, .servers = 40});
  target.start();
  const ScratchDirectory directory;
  const std::string out = (directory.path() / "out").string();
  // Steps between 190 and 215 are few, and a short timeout ends those early in which the line grew.
  const std::string scenario =
      scenario_in(directory, target, "rate = 190\ntimeout = \"700ms\"\n",
                  "limit = [\"p50 < 210ms\", \"error_rate < 5%\"]\nmost = 215\n");
  const auto ran = run_undisturbed({"run", scenario, "--out", out, "--progress", "plain"}, out);
  if (kept_from_its_answer(ran)) return;
  CAPTURE(ran.out);
  CAPTURE(ran.err);
  REQUIRE(ran.code == 0);
  const std::string json = out + "/result.json";
  const Result result = read_result(*read_whole_file(json), json);
  REQUIRE(result.capacity.has_value());
  const Capacity& found = *result.capacity;
  REQUIRE(found.highest.has_value());
  REQUIRE(found.missed.has_value());
  CHECK(*found.missed / *found.highest < 1.011);
  // In a second of 1.075 × what is served the line gets 15 long: 37 ms in the middle.
  CHECK(*found.highest < 215);
  CHECK(found.steps.front().level == 190);
  CHECK(contains(ran.out, "is the highest rate at which p50 < 210ms and error_rate < 5% held"));
  CHECK(contains(ran.err, "190/s"));
  CHECK(result.reasons.at(1) == "what follows is of the run at " +
                                    reports::level_text(found, *found.highest) +
                                    ": all 2 declared checks held");
  // What is told is the run at the load that held.
  CHECK(result.verdict == Verdict::pass);
  REQUIRE(result.groups.size() == 1);
}

TEST_CASE("a load that can't be had at all is FAILED, a search of clients ends at its most") {
  Target target({.delay = test::kPunctual});
  target.start();
  const auto none = run_undisturbed({"http", "--find-max", "p50 < 10ms", "--rps", "2", "-t", "1",
                                     "--progress", "none", target.url() + "/"});
  if (kept_from_its_answer(none)) return;
  CAPTURE(none.out);
  CHECK(none.code == 10);
  CHECK(contains(none.out, "no rate was found at which p50 < 10ms held; not even 1/s"));
  CHECK(contains(none.out, "what follows is of the run at 1/s: "));
  CHECK_FALSE(contains(none.out, "FAILED: "));
  CHECK(none.err.empty());

  const ScratchDirectory directory;
  const std::string scenario = scenario_in(directory, target, "rate = 0\nclients = 1\n",
                                           "limit = [\"p50 < 2s\"]\nmost = 2\n");
  const std::string out = (directory.path() / "out").string();
  const auto most = run_undisturbed({"run", scenario, "--out", out, "--progress", "none"}, out);
  if (kept_from_its_answer(most)) return;
  CAPTURE(most.out);
  CAPTURE(most.err);
  CHECK(most.code == 0);
  CHECK(contains(most.out, "at least 2 clients: p50 < 2s held there"));
  for (const char* made : {"report.html", "result.json", "steps/01-1/journal"})
    CHECK(std::filesystem::exists(std::filesystem::path(out) / made));
}

/// A search for whose step at 8/s the target goes away.
Ran search_that_loses_its_target(const std::filesystem::path& out) {
  std::optional<Target> target(std::in_place, TargetOptions{.delay = test::kPunctual});
  target->start();
  const ScratchDirectory directory;
  const std::string scenario =
      scenario_in(directory, *target, "rate = 4\n", "limit = [\"p50 < 2s\"]\nmost = 50\n");
  std::atomic<bool> over = false;
  std::thread reaper([&] {
    // A step that was disturbed is made again, so that this may be the second or the third.
    const auto loaded = [&](const char* step) {
      return std::filesystem::exists(out / "steps" / step / "journal");
    };
    while (!over && !loaded("02-8") && !loaded("03-8")) std::this_thread::sleep_for(10ms);
    target.reset();
  });
  Ran ran = run_loadgen({"run", scenario, "--out", out.string(), "--progress", "plain"});
  over = true;
  reaper.join();
  return ran;
}

TEST_CASE("a search whose target goes away tells what it found before") {
  const ScratchDirectory directory;
  const std::filesystem::path out = directory.path() / "out";
  const Ran ran = test::undisturbed([&] {
    std::filesystem::remove_all(out);
    return search_that_loses_its_target(out);
  });
  if (kept_from_its_answer(ran)) return;
  CAPTURE(ran.err);
  CHECK(ran.code == 14);
  CHECK(contains(ran.err, "Connection refused"));
  CHECK(contains(unfolded(ran.out), "since the search was broken off"));
  CHECK(std::filesystem::exists(out / "report.html"));
}

TEST_CASE("--find-max: what does not go with it") {
  struct Row {
    std::string why;
    std::vector<std::string> more;
    std::string says;
  };
  for (const Row& row : {
           Row{"a number of requests", {"-n", "5"}, "leave -n"},
           Row{"checks", {"--check", "p99 < 5ms"}, "leave --check"},
           Row{"a rate of clients", {"--over", "clients", "--rps", "5"}, "begin with -c"},
       }) {
    CAPTURE(row.why);
    std::vector<std::string> arguments = {"http", "--find-max", "p99 < 5ms", "http://127.0.0.1:9/"};
    arguments.insert(arguments.end(), row.more.begin(), row.more.end());
    const auto ran = run_loadgen(arguments);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, row.says));
  }
  CHECK(run_loadgen({"http", "--find-max", "p99 < 5ms,,", "http://127.0.0.1:9/"}).code == 2);
  CHECK(run_loadgen({"http", "--over", "rate", "http://127.0.0.1:9/"}).code == 2);
}

}  // namespace
}  // namespace loadgen
