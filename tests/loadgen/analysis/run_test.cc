#include "loadgen/analysis/run.h"

#include <fstream>
#include <sstream>
#include <string>

#include "loadgen/core/error.h"
#include "loadgen/core/journal.h"
#include "loadgen/core/scratch_directory.h"
#include "recorded_run.h"

namespace loadgen {
namespace {

/// A journal in a directory of its own that goes away with it.
class WrittenJournal {
 public:
  std::filesystem::path path() const { return directory_.path() / "journal"; }
  void append(RecordKind kind, const std::string& body) { writer_.append(kind, body); }

 private:
  const ScratchDirectory directory_;
  JournalWriter writer_ = JournalWriter::create(path());
};

RunHeader header(const std::string& scenario = kTwoGroups) {
  RunHeader header;
  header.run_id = "r1";
  header.scenario_text = scenario;
  header.overrides = {"workloads.home.rate=50"};
  return header;
}

Part part(std::uint64_t sequence, RunSecond second, std::uint64_t scheduled, std::uint64_t ok) {
  Part part;
  part.sequence = sequence;
  part.made_at = std::chrono::seconds{second + 1};
  Tally& tally = part.slices[{0, 0, 0, second}].tally;
  tally.scheduled = scheduled;
  tally.ended[0] = ok;
  return part;
}

TEST_CASE("a whole journal") {
  WrittenJournal journal;
  journal.append(RecordKind::header, encode(header()));
  journal.append(RecordKind::mark, encode(Mark{RunOffset{0}, "phase", "before", "", ""}));
  journal.append(RecordKind::part, encode(part(1, 0, 10, 8)));
  journal.append(RecordKind::part, encode(part(2, 0, 0, 2)));
  journal.append(RecordKind::hook, encode(HookRun{}));
  journal.append(RecordKind::observation, encode(Observation{}));
  journal.append(RecordKind::end, encode(RunEnd{std::chrono::seconds{2}, false, ""}));
  const Run run = read_run(journal.path());
  CHECK(run.header.run_id == "r1");
  CHECK(run.scenario.workloads.at(0).rate == Rate{50});
  CHECK(run.recording.slices.at({0, 0, 0, 0}).tally.ok() == 10);
  CHECK(run.hooks.size() == 1);
  CHECK(run.observations.size() == 1);
  REQUIRE(run.end);
  CHECK(run.last == std::chrono::seconds{2});
  CHECK(run.torn_bytes == 0);
  CHECK(run.recording.open() == 0);
}

TEST_CASE("a journal that ends early") {
  WrittenJournal journal;
  journal.append(RecordKind::header, encode(header()));
  journal.append(RecordKind::part, encode(part(1, 0, 10, 8)));
  journal.append(RecordKind::part, encode(part(2, 1, 10, 7)));
  // A revert that was caught up on an hour later says nothing about the tickets.
  journal.append(RecordKind::mark, encode(Mark{std::chrono::hours{1}, "reverted", "kill", "", ""}));
  const Run closed = read_run(journal.path());
  CHECK_FALSE(closed.end);
  CHECK(closed.recording.open() == 0);
  const Slice& first = closed.recording.slices.at({0, 0, 0, 0});
  CHECK(count_of(first.tally.ended, OutcomeKind::unfinished) == 2);
  CHECK(first[Measure::unfinished_age].max_us == 2'000'000);
  CHECK(read_run(journal.path(), false).recording.open() == 5);

  SUBCASE("a torn tail is cut, and said") {
    std::ofstream(journal.path(), std::ios::app) << "\x30torn";
    CHECK(read_run(journal.path()).torn_bytes == 5);
    CHECK(read_run(journal.path()).recording.slices.size() == 2);
  }
}

TEST_CASE("what is no run is refused, with its name and record") {
  const auto complaint = [](const std::filesystem::path& path) -> std::string {
    try {
      read_run(path);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  };
  WrittenJournal journal;
  CHECK(complaint(journal.path()).find("no header") != std::string::npos);
  journal.append(RecordKind::header, encode(header()));
  journal.append(RecordKind::part, encode(part(1, 0, 10, 11)));
  CHECK(complaint(journal.path()).find("record 2: part 1 of worker 0 ends 1 more") !=
        std::string::npos);
  WrittenJournal malformed;
  malformed.append(RecordKind::header, encode(header()));
  malformed.append(RecordKind::end, "");
  CHECK(complaint(malformed.path()).find("record 2: ") != std::string::npos);
  CHECK(!complaint("/nonexistent/journal").empty());
}

TEST_CASE("a report needs no secrets and no files") {
  WrittenJournal journal;
  journal.append(RecordKind::header, encode(header(R"(
schema = 1
[phases]
before = "10s"
[groups.target]
base_url = "${LOADGEN_TEST_URL_THAT_IS_NOT_SET}"
[[workloads]]
name = "home"
kind = "http"
rate = 100
[workloads.request]
method = "POST"
path = "/a?q={line:words.txt}"
body_file = "missing.json"
headers = { Authorization = "Bearer ${LOADGEN_TEST_TOKEN}" }
)")));
  const Run run = read_run(journal.path());
  CHECK(run.scenario.workloads.at(0).name == "home");
}

std::string told(const std::vector<PhaseSpan>& spans) {
  std::ostringstream text;
  for (const PhaseSpan& span : spans) {
    text << name_of(span.name) << " " << span.from << "-" << span.to << ";";
  }
  return text.str();
}

TEST_CASE("phases are what the marks tell of") {
  const Tickets some{.ok = 10};
  struct Row {
    std::string why;
    std::vector<std::pair<double, std::string>> marks;
    std::pair<RunSecond, RunSecond> tickets;
    std::string phases;
  };
  const Row rows[] = {
      {"a whole run",
       {{0, "warmup"}, {5, "before"}, {25, "during"}, {45, "after"}, {65, "end"}},
       {0, 65},
       "warmup 0-5;before 5-25;during 25-45;after 45-65;"},
      {"only before", {{0, "before"}, {10, "end"}}, {0, 10}, "before 0-10;"},
      {"marks beside their edges",
       {{0, "before"}, {9.998, "during"}, {20.004, "end"}},
       {0, 20},
       "before 0-10;during 10-20;"},
      {"no end: as far as workers were heard",
       {{0, "before"}, {10, "during"}},
       {0, 14},
       "before 0-10;during 10-14;"},
      {"stopped inside a second: no ticket is left out",
       {{0, "before"}, {7.4, "end"}},
       {0, 8},
       "before 0-8;"},
      {"stopped inside a phase: what never began is absent",
       {{0, "warmup"}, {5, "before"}, {12, "end"}},
       {0, 12},
       "warmup 0-5;before 5-12;"},
      {"a phase of no length is absent",
       {{0, "before"}, {10, "during"}, {10, "end"}},
       {0, 10},
       "before 0-10;"},
      {"nothing marked", {}, {0, 5}, ""},
      {"low rate: the end mark decides", {{0, "before"}, {10, "end"}}, {0, 1}, "before 0-10;"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    for (const auto& [at, name] : row.marks) recorded.mark(at, "phase", name);
    recorded.both(row.tickets, some);
    CHECK(told(phases_of(recorded.run)) == row.phases);
  }
  RunHeader quick;
  quick.quick = true;
  CHECK(label_of(PhaseName::before, quick) == "run");
  CHECK(label_of(PhaseName::after, quick) == "after");
  CHECK(label_of(PhaseName::before, {}) == "before");
}

}  // namespace
}  // namespace loadgen
