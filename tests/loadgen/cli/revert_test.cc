// `loadgen revert`, as typed. What it reverts and how: tests/loadgen/experiment/revert_test.cc.
#include <doctest/doctest.h>

#include "command_line.h"
#include "loadgen/core/journal.h"
#include "loadgen/core/run_record.h"
#include "loadgen/core/scratch_directory.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::Ran;
using test::run_loadgen;

/// A run whose fault was requested and never reverted.
void write_journal(const std::filesystem::path& directory, const std::string& revert) {
  JournalWriter journal = JournalWriter::create(directory / "journal");
  RunHeader header;
  header.run_id = "a-run";
  header.scenario_text =
      "schema = 1\n[phases]\nbefore = \"2s\"\nduring = \"2s\"\n"
      "[groups.control]\nbase_url = \"http://127.0.0.1:1\"\n"
      "[groups.experimental]\nbase_url = \"http://127.0.0.1:1\"\n"
      "[[workloads]]\nname = \"home\"\nkind = \"http\"\nrate = 10\n"
      "[[faults]]\nname = \"kill\"\nkind = \"command\"\ngroup = \"experimental\"\ninject = "
      "[\"true\"]\n"
      "revert = [\"" +
      revert + "\"]\n";
  journal.append(RecordKind::header, encode(header));
  journal.append(RecordKind::mark, encode(Mark{3s, "requested", "kill", "experimental", ""}));
  journal.sync();
}

TEST_CASE("what a run left applied is reverted once; then nothing is applied") {
  const ScratchDirectory directory;
  write_journal(directory.path(), "true");
  const Ran first = run_loadgen({"revert", directory.path().string()});
  CAPTURE(first.err);
  CHECK(first.code == 0);
  CHECK(test::contains(first.out, "kill"));
  const Ran second = run_loadgen({"revert", directory.path().string()});
  CHECK(second.code == 0);
  CHECK(test::contains(second.out, "no fault of this run is still applied"));
}

TEST_CASE("a revert that fails exits 16") {
  const ScratchDirectory directory;
  write_journal(directory.path(), "false");
  CHECK(run_loadgen({"revert", directory.path().string()}).code == 16);
}

TEST_CASE("a directory without a run exits 2") {
  const ScratchDirectory directory;
  CHECK(run_loadgen({"revert", directory.path().string()}).code == 2);
  CHECK(run_loadgen({"revert"}).code == 2);
}

}  // namespace
}  // namespace loadgen
