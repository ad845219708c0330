// What Progress prints: loadgen/cli/progress_text.cc.
#include <doctest/doctest.h>

#include <sstream>

#include "loadgen/cli/progress.h"
#include "tests/golden.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

ProgressView example() {
  ProgressView view;
  view.name = "postgres-primary-kill";
  view.phase = "during";
  view.now = 372s;
  view.planned = 14min;
  view.workers = view.heard = 2;
  view.fault = "kill-primary confirmed";
  ProgressRow control;
  control.workload = "test_db";
  control.group = "control";
  control.offered_per_s = 500;
  control.done_per_s = 499.8;
  control.p50_us = 9'810;
  control.p99_us = 31'400;
  control.max_us = 103'000;
  control.lag_p99_us = 41;
  control.in_flight = 5;
  control.recent = {0, 100, 200, 300, 400, 500, 500, 499, 500};
  ProgressRow experimental = control;
  experimental.group = "experimental";
  experimental.done_per_s = 12;
  experimental.error_rate = 0.976;
  experimental.p50_us.reset();
  experimental.p99_us.reset();
  experimental.max_us.reset();
  experimental.in_flight = 5812;
  experimental.recent = {500, 500, 500, 500, 0, 0, 0, 12, 12};
  view.rows = {control, experimental};
  return view;
}

/// Columns that a terminal shows: escapes take none, a character one.
std::size_t columns_of(const std::string& line) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\x1b') {
      at = line.find('m', at);
    } else {
      columns += (static_cast<unsigned char>(line[at]) & 0xc0) != 0x80;
    }
  }
  return columns;
}

TEST_CASE("the screen, plain and coloured") {
  test::check_golden("cli/progress-screen.txt", progress_screen(example(), false));
  test::check_golden("cli/progress-screen-coloured.txt", progress_screen(example(), true));
  ProgressView begin;
  begin.name = "home";
  begin.phase = "opening connections";
  test::check_golden("cli/progress-screen-at-the-begin.txt", progress_screen(begin, false));
}

TEST_CASE("a screen has at most 24 lines of 80 columns, whatever it shows") {
  ProgressView view = example();
  view.name = std::string(200, 'n');
  ProgressRow wide = view.rows[0];
  wide.workload = wide.group = std::string(200, 'w');
  wide.offered_per_s = 999'999;
  wide.done_per_s = 999'999;
  wide.error_rate = 1;
  wide.p50_us = 9'996;
  wide.p99_us = 999'999;
  wide.max_us = 3'600'000'000;
  wide.lag_p99_us = 999'600;
  wide.in_flight = 99'999;
  wide.recent = std::vector<double>(30, 7);
  view.rows = std::vector<ProgressRow>(20, wide);
  for (const bool colour : {false, true}) {
    std::istringstream screen(progress_screen(view, colour));
    int lines = 0;
    for (std::string line; std::getline(screen, line); ++lines) {
      CAPTURE(line);
      CHECK(columns_of(line) <= 80);
    }
    CHECK(lines <= 24);
  }
}

TEST_CASE("lines for logs and for programs") {
  const std::string when = "2026-08-20T10:07:10Z";
  test::check_golden("cli/progress-lines.txt", progress_lines(example(), when, false));
  test::check_golden("cli/progress-lines.ndjson", progress_lines(example(), when, true));
  CHECK(progress_lines(ProgressView{}, when, false) == "");
}

TEST_CASE("workers that are not heard are missed, and without any there are no figures") {
  ProgressView view = example();
  view.heard = 1;
  CHECK(progress_screen(view, false).find("workers 1 of 2\n") != std::string::npos);
  view.heard = 0;
  view.rows.clear();
  const std::string screen = progress_screen(view, false);
  CHECK(screen.find("workers 0 of 2\n") != std::string::npos);
  CHECK(screen.find("\nno worker is heard: what they send now is not known\n") !=
        std::string::npos);
  CHECK(progress_lines(view, "T", false) ==
        "T progress phase=during t=372s workers=0 no worker is heard: what they send now is not "
        "known\n");
  CHECK(progress_lines(view, "T", true) ==
        "{\"time\":\"T\",\"type\":\"progress\",\"phase\":\"during\",\"t_s\":372,\"workers\":0}\n");
}

TEST_CASE("latencies with three digits") {
  struct Row {
    std::int64_t us;
    std::string text;
  };
  for (const Row& row :
       {Row{0, "0us"}, Row{999, "999us"}, Row{1000, "1.00ms"}, Row{9'994, "9.99ms"},
        Row{9'996, "10.0ms"}, Row{99'960, "100ms"}, Row{999'400, "999ms"}, Row{999'600, "1.00s"},
        Row{2'100'000, "2.10s"}, Row{3'600'000'000, "3600s"}}) {
    ProgressView view = example();
    view.rows.resize(1);
    view.rows[0].p50_us = row.us;
    CAPTURE(row.us);
    CHECK(progress_lines(view, "T", false).find(" p50=" + row.text + " ") != std::string::npos);
  }
}

TEST_CASE("events") {
  const std::string when = "2026-08-20T10:06:04Z";
  std::string plain, json;
  for (const Mark& mark : {
           Mark{60s, "phase", "before", "", ""},
           Mark{360s, "gate", "steady", "", ""},
           Mark{365s, "requested", "kill-primary", "experimental", ""},
           Mark{366s, "confirmed", "kill-primary", "experimental", "pod \"pg-0\" is gone"},
           Mark{400s, "abort", "control: error_rate > 5% for 10s", "control", ""},
           Mark{401s, "worker_lost", "1", "", "part 7\nof worker 1 …"},
           Mark{402s, "interrupted", "", "", ""},
       }) {
    plain += event_line(mark, when, false);
    json += event_line(mark, when, true);
  }
  test::check_golden("cli/progress-events.txt", plain);
  test::check_golden("cli/progress-events.ndjson", json);
}

}  // namespace
}  // namespace loadgen
