// `loadgen report`, as typed.
#include <doctest/doctest.h>

#include <fstream>

#include "command_line.h"
#include "loadgen/core/journal.h"
#include "loadgen/core/recording.h"
#include "loadgen/core/result.h"
#include "loadgen/core/run_record.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::contains;
using test::Ran;
using test::run_loadgen;

/// The directory of a run of two seconds whose process was killed: a journal, and no end in it.
struct KilledRun {
  KilledRun() : path(directory.path().string()) {
    JournalWriter journal = JournalWriter::create(directory.path() / "journal");
    RunHeader header;
    header.run_id = "20260820T100604Z-3f9a1c";
    header.started_at_us = 1'787'220'364'000'000;
    header.scenario_text =
        "schema = 1\n[experiment]\nname = \"killed\"\n[phases]\nbefore = \"2s\"\n"
        "[groups.target]\nbase_url = \"http://127.0.0.1:1\"\n[[workloads]]\nname = \"home\"\n"
        "kind = \"http\"\nrate = 10\n";
    journal.append(RecordKind::header, encode(header));
    journal.append(RecordKind::mark, encode(Mark{0s, "phase", "before", "", ""}));
    for (RunSecond second = 0; second < 2; ++second) {
      Part part;
      part.sequence = static_cast<std::uint64_t>(second) + 1;
      part.made_at = std::chrono::seconds(second + 1);
      Slice& slice = part.slices[{0, 0, 0, second}];
      slice.tally.scheduled = 10;
      slice.tally.ended[static_cast<std::size_t>(Outcome::ok)] = 9;
      slice.tally.note_ok(std::chrono::seconds(second));
      Histogram response;
      response.record_us(3000, 9);
      slice[Measure::response_ok] = slice[Measure::service] = response.sparse();
      journal.append(RecordKind::part, encode(part));
    }
    journal.sync();
  }
  std::string read(const std::string& name) const {
    return read_whole_file(path + "/" + name).value_or("");
  }
  ScratchDirectory directory;
  std::string path;
};

TEST_CASE("a directory gets what its run would have written, open tickets as unfinished") {
  const KilledRun run;
  const Ran ran = run_loadgen({"report", run.path});
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.out != "");
  const Result result = read_result(run.read("result.json"), "result.json");
  CHECK(result.run_id == "20260820T100604Z-3f9a1c");
  const Tally& tally = result.groups.at(0).second.workloads.at(0).second.totals.tally;
  CHECK(tally.scheduled == 20);
  CHECK(tally.ok() == 18);
  CHECK(tally.open() == 0);
  CHECK(contains(run.read("report.html"), "killed"));
  CHECK(run.read("report.md") != "");
  CHECK(contains(run.read("junit.xml"), "<testsuite"));

  // Without the journal the result is enough, and says the same.
  const std::string html = run.read("report.html");
  std::filesystem::remove(run.path + "/journal");
  CHECK(run_loadgen({"report", run.path}).code == 0);
  CHECK(run.read("report.html") == html);
}

TEST_CASE("single documents, from a journal and from a result, to files or to stdout") {
  const KilledRun run;
  const std::string csv = run.path + "/deep/series.csv", hlog = run.path + "/hlog";
  const Ran files = run_loadgen({"report", run.path + "/journal", "--csv", csv, "--hlog", hlog});
  CHECK(files.code == 0);
  CHECK(contains(read_whole_file(csv).value_or(""), "home"));
  CHECK(contains(read_whole_file(hlog + "/target-home-before.hlog").value_or(""),
                 "20260820T100604Z-3f9a1c target home before"));
  CHECK_FALSE(std::filesystem::exists(run.path + "/report.html"));

  CHECK(run_loadgen({"report", run.path}).code == 0);
  const Ran markdown = run_loadgen({"report", run.path + "/result.json", "--markdown", "-"});
  CHECK(markdown.code == 0);
  CHECK(markdown.out == run.read("report.md"));  // and no summary beside it
}

TEST_CASE("what is no run exits 2") {
  const ScratchDirectory empty;
  const std::string path = empty.path().string();
  CHECK(contains(run_loadgen({"report", path}).err, "neither a journal nor a result.json"));
  CHECK(run_loadgen({"report", path}).code == 2);
  CHECK(run_loadgen({"report", path + "/nowhere"}).code == 2);
  std::ofstream(path + "/text") << "some text";
  CHECK(run_loadgen({"report", path + "/text"}).code == 2);
  std::ofstream(path + "/json") << "{\"schema\": 1}";
  CHECK(run_loadgen({"report", path + "/json"}).code == 2);
  CHECK(run_loadgen({"report"}).code == 2);
}

}  // namespace
}  // namespace loadgen
