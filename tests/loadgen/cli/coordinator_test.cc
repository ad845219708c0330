// `loadgen coordinator`, as typed. Whole runs are in tests/system/cluster_test.py.
#include <doctest/doctest.h>

#include <fstream>

#include "command_line.h"
#include "loadgen/core/journal.h"
#include "loadgen/core/run_record.h"
#include "loadgen/core/scratch_directory.h"

namespace loadgen {
namespace {

using test::contains;
using test::Ran;
using test::run_loadgen;

struct Stage {
  Stage() {
    std::ofstream(scenario) << text;
    std::ofstream(token) << "0123456789abcdef\n";
  }
  std::vector<std::string> command(const std::vector<std::string>& more) const {
    std::vector<std::string> all{"coordinator", scenario, "--token-file", token};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  ScratchDirectory directory;
  std::string scenario = (directory.path() / "s.toml").string();
  std::string token = (directory.path() / "token").string();
  std::string text =
      "schema = 1\n[phases]\nbefore = \"1s\"\n[groups.target]\n"
      "base_url = \"http://127.0.0.1:1\"\n[[workloads]]\nname = \"home\"\nkind = \"http\"\n"
      "rate = 50\n[distribution]\njoin_timeout = \"1s\"\n";
};

TEST_CASE("workers that do not join: exit 14, with who is missing, and no journal") {
  const Stage stage;
  const std::string out = (stage.directory.path() / "out").string();
  const Ran ran =
      run_loadgen(stage.command({"--listen", "127.0.0.1:0", "--workers", "2", "--out", out}));
  CAPTURE(ran.err);
  CHECK(ran.code == 14);
  CHECK(contains(ran.err, "waiting for 2 workers on 127.0.0.1:"));
  CHECK(contains(ran.err, "of 2 workers these did not join in 1 s: 0, 1"));
  CHECK_FALSE(std::filesystem::exists(out + "/journal"));
}

TEST_CASE("what was typed wrong exits 2, and nothing listens") {
  const Stage stage;
  const std::string here = "127.0.0.1:0";
  const std::string missing = (stage.directory.path() / "missing").string();
  struct Row {
    const char* why;
    std::vector<std::string> more;
    const char* said;
  };
  for (const Row& row : {
           Row{"no place to listen", {}, "--listen is required"},
           Row{"no port", {"--listen", "127.0.0.1"}, "expected HOST:PORT"},
           Row{"an address of another machine", {"--listen", "203.0.113.1:1"}, "can't listen on"},
           Row{"no workers", {"--listen", here, "--workers", "0"}, "--workers"},
           Row{"a certificate without its key", {"--listen", here, "--tls-cert", "x"}, "--tls-key"},
           Row{"a certificate that is none",
               {"--listen", here, "--tls-cert", missing, "--tls-key", missing},
               "--tls-cert"},
           Row{"both a new run and an old one",
               {"--listen", here, "--out", "a", "--resume", "b"},
               "--resume"},
           Row{"nothing to resume", {"--listen", here, "--resume", missing}, "journal"},
       }) {
    CAPTURE(row.why);
    const Ran ran = run_loadgen(stage.command(row.more));
    CAPTURE(ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, row.said));
  }
  std::ofstream(stage.token) << "short";
  CHECK(run_loadgen(stage.command({"--listen", here})).code == 2);
}

TEST_CASE("a run of another plan is not resumed, nor one that ended") {
  for (const bool same : {true, false}) {
    CAPTURE(same);
    const Stage stage;
    const std::filesystem::path out = stage.directory.path() / "out";
    std::filesystem::create_directories(out);
    {
      JournalWriter journal = JournalWriter::create(out / "journal");
      RunHeader header;
      header.run_id = "a-run";
      header.scenario_text = stage.text + (same ? "" : "# another\n");
      journal.append(RecordKind::header, encode(header));
      journal.append(RecordKind::end, encode(RunEnd{}));
    }
    const Ran ran = run_loadgen(
        stage.command({"--listen", "127.0.0.1:0", "--workers", "1", "--resume", out.string()}));
    CAPTURE(ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, same ? "this run has ended" : "is a run of another scenario"));
  }
}

}  // namespace
}  // namespace loadgen
