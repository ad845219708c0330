#include "loadgen/cli/outputs.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "command_line.h"
#include "loadgen/core/hlog.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

/// A result with one group, workload and phase of two tenths.
Result small_result() {
  Result result;
  result.run_id = "a-run";
  result.name = "small";
  result.started_at = "2026-08-20T10:06:04.500Z";
  WorkloadResult workload;
  workload.kind = "http";
  PhaseFigures phase;
  phase.from = 10s;
  phase.to = 30s;
  phase.tally.scheduled = 3;
  phase.tally.ended[static_cast<std::size_t>(Outcome::ok)] = 3;
  workload.totals = phase;
  workload.phases.emplace_back("before", phase);
  Histogram first, second;
  first.record_us(1000, 1);
  second.record_us(2000, 2);
  workload.response_tenths["before"] = {first.sparse(), second.sparse()};
  GroupResult group;
  group.role = "control";
  group.workloads.emplace_back("home", workload);
  result.groups.emplace_back("target", group);
  return result;
}

TEST_CASE("what is asked for is written, whole, into directories made for it; nothing else") {
  const ScratchDirectory directory;
  const std::string at = directory.path().string() + "/deep/er/";
  const Result result = small_result();
  write_outputs(result, {.json = at + "r.json",
                         .html = at + "r.html",
                         .markdown = at + "r.md",
                         .junit = at + "r.xml",
                         .csv = at + "r.csv",
                         .hlog_directory = at + "hlog"});
  const auto read = [&](const std::string& name) {
    return read_whole_file(at + name).value_or("");
  };
  CHECK(read_result(read("r.json"), "r.json") == result);
  CHECK(test::contains(read("r.html"), "</html>"));
  CHECK(read("r.md") != "");
  CHECK(test::contains(read("r.xml"), "<?xml"));
  CHECK(test::contains(read("r.csv"), ","));
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(at)) {
    files += entry.is_regular_file();
    CHECK(entry.path().extension() != ".part");
  }
  CHECK(files == 6);
}

TEST_CASE("a log has a line per tenth of the phase, on the wall clock") {
  const ScratchDirectory directory;
  OutputPaths paths;
  paths.hlog_directory = directory.path().string();
  write_outputs(small_result(), paths);
  const auto text = read_whole_file(paths.hlog_directory + "/target-home-before.hlog");
  REQUIRE(text);
  CHECK(test::contains(*text, "a-run target home before"));
  std::istringstream lines(*text);
  std::vector<double> starts;
  std::vector<std::uint64_t> totals;
  for (std::string line; std::getline(lines, line);) {
    if (line[0] == '#' || line[0] == '"') continue;
    starts.push_back(std::stod(line));
    totals.push_back(from_hdr_base64(line.substr(line.rfind(',') + 1)).total);
  }
  CHECK(totals == std::vector<std::uint64_t>{1, 2});
  REQUIRE(starts.size() == 2);
  CHECK(starts[1] - starts[0] == doctest::Approx(10));
}

TEST_CASE("- is stdout") {
  OutputPaths paths;
  paths.json = "-";
  const test::Caught caught;
  write_outputs(small_result(), paths);
  CHECK(read_result(caught.out(), "stdout") == small_result());
}

TEST_CASE("a path that can't be written is the user's mistake, and leaves nothing half-written") {
  const ScratchDirectory directory;
  OutputPaths paths;
  paths.json = (directory.path() / "taken").string();
  std::filesystem::create_directory(paths.json);  // a file can't take the place of a directory
  CHECK_THROWS_AS(write_outputs(small_result(), paths), UserError);
  CHECK_FALSE(std::filesystem::exists(paths.json + ".part"));
  paths.json = "/proc/nowhere/r.json";
  CHECK_THROWS_AS(write_outputs(small_result(), paths), UserError);
}

TEST_CASE("the summary goes to stdout: loadtest's lines for a quick run, the verdict for another") {
  for (const bool quick : {true, false}) {
    Result result = small_result();
    result.quick = quick;
    const test::Caught caught;
    print_summary(result);
    CHECK(test::contains(caught.out(), quick ? "Completed requests" : "NONE"));
    CHECK(caught.err() == "");
  }
}

TEST_CASE("colour is for terminals, and for nobody who sets NO_COLOR") {
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  CHECK_FALSE(colour_wanted(pipe_ends[0]));
  for (const int end : pipe_ends) ::close(end);
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0) return;  // no terminals here
  ::unsetenv("NO_COLOR");
  CHECK(colour_wanted(terminal));
  ::setenv("NO_COLOR", "1", 1);
  CHECK_FALSE(colour_wanted(terminal));
  ::setenv("NO_COLOR", "", 1);
  CHECK(colour_wanted(terminal));
  ::unsetenv("NO_COLOR");
  ::close(terminal);
}

}  // namespace
}  // namespace loadgen
