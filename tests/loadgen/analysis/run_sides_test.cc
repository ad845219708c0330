#include "loadgen/analysis/run_sides.h"

#include <doctest/doctest.h>

#include "tests/loadgen/analysis/comparable_runs.h"

namespace loadgen {
namespace {

using test::run_like;
using test::RunLike;

std::vector<ComparableRun> runs(std::size_t n, int first, int step, const std::string& side) {
  std::vector<ComparableRun> made;
  for (std::size_t i = 0; i < n; ++i) {
    made.push_back(run_like({.at = first + step * static_cast<int>(i), .side = side}));
  }
  return made;
}

bool tells(const std::vector<std::string>& texts, const std::string& part) {
  for (const std::string& text : texts) {
    if (text.find(part) != std::string::npos) return true;
  }
  return false;
}

TEST_CASE("the design is what the runs allow") {
  struct Row {
    std::string why;
    std::vector<ComparableRun> base, head;
    Design design;
  };
  // ABBA: base at 0, 3, 4, 7, …, head at 1, 2, 5, 6, …
  std::vector<ComparableRun> a, b;
  for (int i = 0; i < 12; ++i) {
    (i % 4 == 0 || i % 4 == 3 ? a : b).push_back(run_like({.at = i, .side = "x"}));
  }
  const Row rows[] = {
      {"one against one", runs(1, 0, 1, "b"), runs(1, 9, 1, "h"), Design::assumed},
      {"one against four", runs(4, 0, 1, "b"), runs(1, 9, 1, "h"), Design::assumed},
      {"one against five", runs(5, 0, 1, "b"), runs(1, 9, 1, "h"), Design::predicted},
      {"three against three, one after the other", runs(3, 0, 1, "b"), runs(3, 9, 1, "h"),
       Design::unpaired},
      {"six rounds in turns", runs(6, 0, 2, "b"), runs(6, 1, 2, "h"), Design::paired},
      {"six rounds, ABBA", a, b, Design::paired},
      {"five rounds in turns are too few", runs(5, 0, 2, "b"), runs(5, 1, 2, "h"),
       Design::unpaired},
      {"six after six", runs(6, 0, 1, "b"), runs(6, 6, 1, "h"), Design::unpaired},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(sides_of(row.base, row.head).design == row.design);
  }
}

TEST_CASE("in a paired design neighbours in time stand together, whatever order they came in") {
  auto base = runs(6, 0, 2, "b"), head = runs(6, 1, 2, "h");
  std::swap(base[0], base[5]);
  std::swap(head[1], head[3]);
  const RunSides sides = sides_of(base, head);
  REQUIRE(sides.design == Design::paired);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(sides.base[i]->run_id == "b" + std::to_string(2 * i));
    CHECK(sides.head[i]->run_id == "h" + std::to_string(2 * i + 1));
  }
}

TEST_CASE("what can't be used is left out, and the last one of a side is a reason") {
  auto base = runs(2, 0, 1, "b");
  base[0].unusable = "the run was aborted";
  const auto head = runs(1, 9, 1, "h");
  const RunSides one_left = sides_of(base, head);
  CHECK(one_left.base.size() == 1);
  CHECK(tells(one_left.warnings, "b0: the run was aborted"));
  CHECK(one_left.blocks.empty());

  base.pop_back();
  const RunSides none_left = sides_of(base, head);
  CHECK(none_left.base.empty());
  CHECK(tells(none_left.blocks, "aborted"));
  base[0].untrusted = true;
  CHECK(tells(sides_of(base, head).distrust, "aborted"));
  CHECK(tells(sides_of({}, head).blocks, "no baseline run"));
  CHECK(tells(sides_of(head, {}).blocks, "no candidate run"));
}

TEST_CASE("no run is evidence about itself, and none counts twice") {
  const auto one = runs(1, 0, 1, "b");
  CHECK(tells(sides_of(one, one).blocks, "both sides"));
  auto many = runs(5, 0, 1, "b");
  const auto head = std::vector<ComparableRun>{many[4]};
  const RunSides sides = sides_of(many, head);
  CHECK(sides.base.size() == 4);
  CHECK(tells(sides.warnings, "both sides"));
  many.push_back(many[0]);
  const RunSides twice = sides_of(many, runs(1, 9, 1, "h"));
  CHECK(twice.base.size() == 5);
  CHECK(tells(twice.warnings, "given twice"));
}

TEST_CASE("conditions: what is compared, what widens, what is only told") {
  const auto base = runs(1, 0, 1, "b");
  auto head = runs(1, 9, 1, "h");
  const RunSides same = sides_of(base, head);
  CHECK(same.warnings.empty());
  CHECK_FALSE(same.other_machine);
  CHECK(same.blocks.empty());

  head[0].host["cpu"] = "Slow CPU";
  const RunSides cpu = sides_of(base, head);
  CHECK(cpu.other_machine);
  CHECK(tells(cpu.warnings, "Fast CPU, 8 cores → Slow CPU, 8 cores"));
  CHECK(cpu.blocks.empty());

  head = runs(1, 9, 1, "h");
  head[0].host["kernel"] = "6.2";
  const RunSides kernel = sides_of(base, head);
  CHECK_FALSE(kernel.other_machine);
  CHECK(tells(kernel.warnings, "other kernel: 6.1 → 6.2"));

  head = runs(1, 9, 1, "h");
  head[0].load["home: rate"] = "400/s";
  const RunSides load = sides_of(base, head);
  CHECK(load.other_machine);
  CHECK(tells(load.blocks, "home: rate 200/s → 400/s"));

  head = runs(1, 9, 1, "h");
  head[0].tool_version = "0.2.0";
  CHECK(tells(sides_of(base, head).doubts, "loadgen 0.1.0 and 0.2.0"));

  head = runs(1, 9, 1, "h");
  head[0].doubts = {"not steady"};
  CHECK(tells(sides_of(base, head).doubts, "candidate run h9: not steady"));
  head[0].doubts.clear();
  head[0].verdict = "FAILED";
  CHECK(tells(sides_of(base, head).warnings, "was FAILED by its own checks"));
}

TEST_CASE("of a mixed baseline those like the candidate are taken, when they are enough") {
  auto base = runs(11, 0, 1, "b");
  for (std::size_t i = 0; i < 5; ++i) base[i].host["cpu"] = "Slow CPU";
  const RunSides six = sides_of(base, runs(1, 20, 1, "h"));
  CHECK(six.base.size() == 6);
  CHECK_FALSE(six.other_machine);
  CHECK(tells(six.warnings, "5 stored runs left out: they ran on another machine"));
  base.resize(9);  // four like the candidate are too few to tell how much runs differ
  const RunSides all = sides_of(base, runs(1, 20, 1, "h"));
  CHECK(all.base.size() == 9);
  CHECK(all.other_machine);

  auto loads = runs(5, 0, 1, "b");
  for (std::size_t i = 0; i < 4; ++i) loads[i].load["home: rate"] = "400/s";
  const RunSides one = sides_of(loads, runs(1, 20, 1, "h"));
  CHECK(one.base.size() == 1);
  CHECK(one.blocks.empty());
  CHECK(one.design == Design::assumed);
}

}  // namespace
}  // namespace loadgen
