// `loadgen audit`, as typed, on runs whose journals are written here.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "command_line.h"
#include "loadgen/core/journal.h"
#include "loadgen/core/recording.h"
#include "loadgen/core/result.h"
#include "loadgen/core/run_record.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/scenario.h"
#include "pgbench_mode/ledger_table.h"
#include "pgbench_mode/statements.h"
#include "tests/pgbench_mode/postgres_cluster.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::contains;
using test::PostgresCluster;
using test::Ran;
using test::run_loadgen;

constexpr const char* kRunId = "20260820T100604Z-3f9a1c";

/// The directory of a run of two groups, of which the second one's connection 1 had the writes 1 to
/// 10 acknowledged and 11 in doubt. Both groups have the same database.
class AuditedRun {
 public:
  explicit AuditedRun(bool audit = true) : path(directory.path().string()) {
    PostgresCluster& cluster = PostgresCluster::shared();
    cluster.sql("DROP DATABASE IF EXISTS audited");
    cluster.sql("CREATE DATABASE audited");
    dsn = cluster.by_socket() + " dbname=audited";
    setenv("AUDITED_DSN", dsn.c_str(), 1);
    pgbench::make_ledger(dsn);
    JournalWriter journal = JournalWriter::create(directory.path() / "journal");
    RunHeader header;
    header.run_id = kRunId;
    header.scenario_text =
        "schema = 1\n[experiment]\nname = \"audited\"\n[phases]\nbefore = \"2s\"\n"
        "[groups.control]\ndsn = \"${AUDITED_DSN}\"\n[groups.experimental]\n"
        "dsn = \"${AUDITED_DSN}\"\n[[workloads]]\nname = \"pg\"\nkind = \"pgbench\"\nrate = 10\n";
    if (audit) header.scenario_text += "audit = true\n";
    journal.append(RecordKind::header, encode(header));
    journal.append(RecordKind::mark, encode(Mark{0s, "phase", "before", "", ""}));
    Part part;
    part.sequence = 1;
    part.made_at = 2s;
    part.last = true;
    LedgerStream& stream = part.ledger[1];
    stream.group = 1;
    stream.ranges.add({1, 10, 1, LedgerFate::acknowledged, 0s, 1s});
    stream.ranges.add({11, 11, 1, LedgerFate::in_doubt, 1s, 1s});
    if (audit) journal.append(RecordKind::part, encode(part));
    journal.append(RecordKind::end, encode(RunEnd{2s, false, ""}));
  }
  void rows(int from, int to) const {
    sql("INSERT INTO loadgen_ledger SELECT '" + std::string(kRunId) +
        "', 0, 1, g, 1 FROM generate_series(" + std::to_string(from) + ", " + std::to_string(to) +
        ") g");
  }
  void sql(const std::string& text) const {
    pgbench::Statements(dsn, 5s, [](const std::string&) {}).run(text, 30s);
  }
  AuditResult audit() const {
    const Result result = read_result(read_whole_file(path + "/result.json").value(), path);
    return result.groups.at(1).second.workloads.at(0).second.audit.value();
  }
  ScratchDirectory directory;
  std::string path, dsn;
};

TEST_CASE("audit: 0 when all is there, 10 when some is gone, both readings kept") {
  const AuditedRun run;
  run.rows(1, 11);
  Ran ran = run_loadgen({"audit", run.path});
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, "experimental  pg"));
  CHECK(run.audit().readings.size() == 1);
  CHECK(run.audit().readings.at(0).reading.counts.in_doubt_present == 1);
  run.sql("DELETE FROM loadgen_ledger WHERE sequence IN (3, 4, 8)");
  ran = run_loadgen({"audit", run.path + "/result.json"});
  CHECK(ran.code == 10);
  CHECK(contains(ran.out, "3 acknowledged writes lost"));
  const AuditResult audit = run.audit();
  REQUIRE(audit.readings.size() == 2);
  CHECK(audit.decides == 1);
  CHECK(audit.readings[0].reading.counts.lost == 0);
  CHECK(audit.readings[1].reading.lost.size() == 2);
  for (const char* name : {"/report.html", "/report.md", "/junit.xml"})
    CHECK(std::filesystem::exists(run.path + name));
}

TEST_CASE("audit: 12 when it can't be read, and what it would have said is not forgotten") {
  const AuditedRun run;
  run.sql("DROP TABLE loadgen_ledger");
  Ran ran = run_loadgen({"audit", run.path});
  CHECK(ran.code == 12);
  CHECK(contains(ran.err, "there is no table loadgen_ledger"));
  CHECK(contains(ran.out, "not audited yet"));
  CHECK_FALSE(run.audit().decides.has_value());
  pgbench::make_ledger(run.dsn);
  run.rows(1, 10);
  ran = run_loadgen({"audit", run.path});
  CHECK(ran.code == 0);
  CHECK(run.audit().decides == 0);
}

TEST_CASE("audit --dsn, --group, --drop") {
  const AuditedRun run;
  run.rows(1, 10);
  unsetenv("AUDITED_DSN");
  Ran ran = run_loadgen({"audit", run.path});
  CHECK(ran.code == 2);
  CHECK(contains(ran.err, "AUDITED_DSN"));
  CHECK(contains(ran.err, "name the server by --dsn"));
  ran = run_loadgen({"audit", run.path, "--dsn", run.dsn});
  CHECK(ran.code == 2);
  CHECK(contains(ran.err, "add --group, one of control, experimental"));
  ran = run_loadgen({"audit", run.path, "--group", "experimantal"});
  CHECK(ran.code == 2);
  ran = run_loadgen(
      {"audit", run.path, "--dsn", "host=x password='hidden-word", "--group", "control"});
  CHECK(ran.code == 2);
  CHECK_FALSE(contains(read_whole_file(run.path + "/journal").value(), "hidden-word"));
  const std::string secret = run.dsn + " password=hidden-word";
  ran = run_loadgen({"audit", run.path, "--dsn", secret, "--group", "experimental", "--drop"});
  CHECK(ran.code == 0);
  CHECK(contains(ran.err, "the ledger of experimental: dropped"));
  CHECK_FALSE(contains(read_whole_file(run.path + "/result.json").value(), "hidden-word"));
  ran = run_loadgen({"audit", run.path, "--dsn", secret + " port=1", "--group", "experimental"});
  CHECK(ran.code == 12);
  CHECK_FALSE(contains(ran.err, "hidden-word"));
  CHECK_FALSE(contains(read_whole_file(run.path + "/journal").value(), "hidden-word"));
}

TEST_CASE("audit --drop: both groups are read before the table that they share is gone") {
  const AuditedRun run;
  run.rows(1, 10);
  const Ran ran = run_loadgen({"audit", run.path, "--drop"});
  CHECK(ran.code == 0);
  CHECK(contains(ran.err, "the ledger of control: dropped"));
  CHECK(contains(ran.err, "the ledger of experimental: dropped"));
}

TEST_CASE("audit: what can't be audited is an input error") {
  const AuditedRun run(false);
  struct Row {
    const char* why;
    std::string result;
    const char* says;
  };
  const ScratchDirectory empty;
  const Row rows[] = {
      {"a run without audit", run.path, "kept no ledger"},
      {"nothing there", run.path + "/nowhere", "expected a run's directory"},
      {"no journal", empty.path().string(), "only that says which writes were acknowledged"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Ran ran = run_loadgen({"audit", row.result});
    CHECK(ran.code == 2);
    CHECK_MESSAGE(contains(ran.err, row.says), ran.err);
  }
}

}  // namespace
}  // namespace loadgen
