#include "loadgen/experiment/resume.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

Mark mark(RunOffset at, const char* kind, const char* name, const char* detail = "") {
  return {at, kind, name, "", detail};
}

TEST_CASE("the edges are those that were, and then those that were planned") {
  const Phases phases{10s, 60s, 30s, 20s};
  const auto edges = [&](const std::vector<Mark>& marks) {
    const Timeline t = timeline_of(phases, marks);
    return std::vector<RunSecond>{t.before, t.during, t.after, t.end};
  };
  struct Row {
    const char* why;
    std::vector<Mark> marks;
    std::vector<RunSecond> edges;
  };
  for (const Row& row : {
           Row{"nothing happened", {}, {10, 70, 100, 120}},
           Row{"in before",
               {mark(0s, "phase", "warmup"), mark(10s, "phase", "before")},
               {10, 70, 100, 120}},
           Row{"the gate extended it",
               {mark(69s, "gate", "extended", "by 15 s; p99 < 1ms refuted"),
                mark(84s, "gate", "extended", "by 15 s; p99 < 1ms refuted")},
               {10, 100, 130, 150}},
           Row{"during began as extended",
               {mark(69s, "gate", "extended", "by 15 s; x"), mark(85s, "phase", "during")},
               {10, 85, 115, 135}},
           Row{"a revert was late",
               {mark(70s, "phase", "during"), mark(108s, "phase", "after")},
               {10, 70, 108, 128}},
           Row{"the gate refused", {mark(69s, "gate", "refused", "x")}, {10, 70, 70, 70}},
           Row{"it was collecting last parts", {mark(120s, "phase", "end")}, {10, 70, 100, 120}},
           Row{"a detail that says nothing",
               {mark(69s, "gate", "extended", "soon")},
               {10, 70, 100, 120}},
       }) {
    CAPTURE(row.why);
    CHECK(edges(row.marks) == row.edges);
  }
}

}  // namespace
}  // namespace loadgen
