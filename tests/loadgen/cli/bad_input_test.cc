// Journals that tell too little, or nonsense, through the whole path: each is judged INCONCLUSIVE
// or INVALID with its reason, never PASS, and no output has a number that is none.
#include <doctest/doctest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <functional>

#include "command_line.h"
#include "loadgen/core/journal.h"
#include "loadgen/core/result.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/scenario.h"
#include "tests/loadgen/analysis/recorded_run.h"

namespace loadgen {
namespace {

using test::contains;
using test::Ran;
using test::run_loadgen;

constexpr const char* kChecks = R"(
[[steady_state.checks]]
id = "bounded"
phase = "during"
group = "experimental"
assert = ["ok_p50 < 1s", "recovery_time < 15s"]
[[steady_state.checks]]
id = "no-harm"
phase = "after"
vs = "control"
assert = ["p50 ratio < 1.5"]
)";

/// The journal that such a run would have left: a part for each slice.
void write_journal(const Run& run, const std::string& path) {
  JournalWriter journal = JournalWriter::create(path);
  journal.append(RecordKind::header, encode(run.header));
  for (const Mark& mark : run.marks) journal.append(RecordKind::mark, encode(mark));
  Part part;
  for (const auto& [key, slice] : run.recording.slices) {
    part.sequence += 1;
    part.made_at = std::chrono::seconds(std::max<RunSecond>(0, key.second) + 1);
    part.slices = {{key, slice}};
    journal.append(RecordKind::part, encode(part));
  }
  if (!run.end) return;
  part.sequence += 1;
  part.slices.clear();
  part.last = true;
  journal.append(RecordKind::part, encode(part));
  journal.append(RecordKind::end, encode(*run.end));
}

/// Where the text has a number that is none, with what stands around it; empty when nowhere.
std::string no_number_in(const std::string& text) {
  std::string low = text;
  for (char& c : low) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto in_word = [&](std::size_t at) {
    return at < low.size() && (std::isalnum(static_cast<unsigned char>(low[at])) != 0 ||
                               contains("+/=_", std::string(1, low[at])));
  };
  for (const std::string word : {"nan", "inf", "infinity"}) {
    for (std::size_t at = low.find(word); at != low.npos; at = low.find(word, at + 1)) {
      if ((at > 0 && in_word(at - 1)) || in_word(at + word.size())) continue;
      return text.substr(at > 40 ? at - 40 : 0, 90);
    }
  }
  return {};
}

struct Told {
  Ran ran;
  std::optional<Result> result;
};

/// `loadgen report` of the journal, with every output looked at.
Told tell(const std::string& directory) {
  Told told;
  const auto place = [&](const char* name) { return directory + "/" + name; };
  told.ran = run_loadgen({"report", place("journal"), "--json", place("r.json"), "--html",
                          place("r.html"), "--markdown", place("r.md"), "--junit", place("r.xml"),
                          "--csv", place("r.csv")});
  CHECK(no_number_in(told.ran.out) == "");
  for (const char* name : {"r.json", "r.html", "r.md", "r.xml", "r.csv"}) {
    CAPTURE(name);
    CHECK(no_number_in(read_whole_file(place(name)).value_or("")) == "");
  }
  const auto json = read_whole_file(place("r.json"));
  if (json) told.result = read_result(*json, "r.json");
  return told;
}

TEST_CASE("what tells too little, or nonsense") {
  struct Row {
    std::string why;
    std::function<void(RecordedRun&)> make;
    Verdict verdict;
    std::string reason;  // part of what is told
  };
  const auto marked = [](RecordedRun& r) -> RecordedRun& {
    return r.phases().mark(25, "requested", "kill").mark(30, "recovered", "kill");
  };
  const Row rows[] = {
      {"no data at all", [&](RecordedRun& r) { marked(r).end(65); }, Verdict::invalid,
       "no request fell due in any judged phase"},
      {"not even phases", [](RecordedRun& r) { r.end(0); }, Verdict::invalid,
       "no request fell due in any judged phase"},
      {"one second of data",
       [&](RecordedRun& r) {
         marked(r).both({30, 31}, {.ok = 100}).end(65);
       },
       Verdict::inconclusive, "is undecided"},
      {"one second of data, before the fault",
       [&](RecordedRun& r) {
         marked(r).both({5, 6}, {.ok = 100}).end(65);
       },
       Verdict::inconclusive, "is undecided"},
      {"all failed",
       [&](RecordedRun& r) {
         marked(r).both({0, 65}, {.refused = 100}).end(65);
       },
       Verdict::inconclusive, "is undecided"},
      {"all blind",
       [&](RecordedRun& r) {
         marked(r).both({0, 65}, {.late = 100}).end(65);
       },
       Verdict::invalid, "sent late or lost by loadgen itself"},
      {"control ends long before",
       [&](RecordedRun& r) {
         marked(r).seconds(0, {0, 30}, {.ok = 100}).seconds(1, {0, 65}, {.ok = 100}).end(65);
       },
       Verdict::inconclusive, "\"p50 ratio < 1.5\" (after, experimental, home) is undecided"},
      {"the experimental group ends long before",
       [&](RecordedRun& r) {
         marked(r).seconds(0, {0, 65}, {.ok = 100}).seconds(1, {0, 30}, {.ok = 100}).end(65);
       },
       Verdict::inconclusive, "\"p50 ratio < 1.5\" (after, experimental, home) is undecided"},
      {"no after",
       [&](RecordedRun& r) {
         r.mark(0, "phase", "warmup").mark(5, "phase", "before").mark(25, "phase", "during");
         r.mark(25, "requested", "kill").mark(45, "phase", "end");
         r.both({0, 45}, {.ok = 100}).end(45);
       },
       Verdict::inconclusive, "phase `after` was never reached"},
      {"no before",
       [&](RecordedRun& r) {
         r.mark(0, "phase", "warmup").mark(5, "phase", "during").mark(5, "requested", "kill");
         r.mark(25, "phase", "after").mark(65, "phase", "end").both({0, 65}, {.ok = 100}).end(65);
       },
       Verdict::inconclusive, "\"p50 ratio < 1.5\" (after, experimental, home) is undecided"},
      {"a clock that went back: phases in the wrong order",
       [](RecordedRun& r) {
         r.mark(50, "phase", "warmup").mark(45, "phase", "before").mark(20, "phase", "during");
         r.mark(20, "requested", "kill").mark(5, "phase", "after").mark(1, "phase", "end");
         r.both({0, 65}, {.ok = 100}).end(1);
       },
       Verdict::inconclusive, "is undecided"},
      {"a clock that leapt: nothing for an hour",
       [&](RecordedRun& r) {
         r.mark(0, "phase", "warmup").mark(5, "phase", "before").mark(25, "phase", "during");
         r.mark(25, "requested", "kill").mark(3645, "phase", "after").mark(3665, "phase", "end");
         r.both({0, 30}, {.ok = 100}).end(3665);
       },
       Verdict::inconclusive, "is undecided"},
      {"the journal ends early",
       [&](RecordedRun& r) {
         marked(r).both({0, 65}, {.ok = 100});
       },
       Verdict::inconclusive, "the journal has no end"},
      {"answers in no time, and answers that took an hour",
       [&](RecordedRun& r) {
         marked(r).seconds(0, {0, 65}, {.ok = 1, .ok_us = 0});
         r.seconds(1, {0, 65}, {.ok = 1, .ok_us = hdr::kHighestUs}).end(65);
       },
       Verdict::failed, "ok p50 of home was 3600 s"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const ScratchDirectory directory;
    RecordedRun recorded(std::string(kTwoGroups) + kFault + kChecks);
    row.make(recorded);
    write_journal(recorded.run, (directory.path() / "journal").string());
    const Told told = tell(directory.path().string());
    CAPTURE(told.ran.out);
    CHECK(told.ran.code == 0);
    REQUIRE(told.result);
    CHECK(told.result->verdict == row.verdict);
    bool found = false;
    for (const std::string& reason : told.result->reasons) {
      CAPTURE(reason);
      found = found || contains(reason, row.reason);
    }
    CHECK(found);
    CHECK(contains(told.ran.out, std::string(name_of(row.verdict))));
  }
}

TEST_CASE("a journal cut anywhere is refused, or told of up to there and never PASS") {
  const ScratchDirectory whole;
  RecordedRun recorded(std::string(kTwoGroups) + kFault + kChecks);
  recorded.phases().mark(25, "requested", "kill").both({0, 65}, {.ok = 100}).end(65);
  const std::string path = (whole.path() / "journal").string();
  write_journal(recorded.run, path);
  const std::string bytes = *read_whole_file(path);
  for (const std::size_t cut : {std::size_t{0}, std::size_t{4}, std::size_t{8}, std::size_t{40},
                                bytes.size() / 4, bytes.size() / 2, bytes.size() - 1}) {
    CAPTURE(cut);
    const ScratchDirectory directory;
    std::ofstream(directory.path() / "journal", std::ios::binary) << bytes.substr(0, cut);
    const Told told = tell(directory.path().string());
    CAPTURE(told.ran.err);
    if (told.ran.code == 2) {
      CHECK(!told.ran.err.empty());
      CHECK(cut <= 40);
      continue;
    }
    CHECK(told.ran.code == 0);
    REQUIRE(told.result);
    CHECK((told.result->verdict == Verdict::inconclusive ||
           told.result->verdict == Verdict::invalid));
    CHECK(told.result->aborted);
  }
}

}  // namespace
}  // namespace loadgen
