#include "loadgen/cli/outputs.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "loadgen/core/error.h"
#include "loadgen/core/hlog.h"
#include "reports/render.h"

namespace loadgen {

namespace {

/// Wall clock of an instant as results write it, in µs since 1970 UTC; 0 when it is none.
std::int64_t microseconds_of(const std::string& iso8601) {
  std::tm utc{};
  const char* rest = strptime(iso8601.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  return rest == nullptr ? 0 : static_cast<std::int64_t>(timegm(&utc)) * 1'000'000;
}

/// One `.hlog` per group, workload and phase: response times of successes, a line per tenth of the
/// phase.
void write_hlogs(const Result& result, const std::string& directory) {
  for (const auto& [group, group_result] : result.groups) {
    for (const auto& [workload, figures] : group_result.workloads) {
      for (const auto& [phase, span] : figures.phases) {
        const auto tenths = figures.response_tenths.find(phase);
        if (tenths == figures.response_tenths.end() || tenths->second.empty()) continue;
        const Duration length =
            (span.to - span.from) / static_cast<std::int64_t>(tenths->second.size());
        std::vector<HlogInterval> intervals;
        for (std::size_t i = 0; i < tenths->second.size(); ++i) {
          const auto tenth = static_cast<std::int64_t>(i);
          intervals.push_back({span.from + length * tenth, length, "", tenths->second[i]});
        }
        const std::string comment = result.run_id + " " + group + " " + workload + " " + phase;
        write_text(directory + "/" + group + "-" + workload + "-" + phase + ".hlog",
                   write_hlog(microseconds_of(result.started_at), comment, intervals));
      }
    }
  }
}

}  // namespace

void write_text(const std::string& path, const std::string& text) {
  if (path == "-") {
    std::cout << text;
    return;
  }
  const std::filesystem::path target(path);
  std::error_code ignored;
  if (target.has_parent_path()) std::filesystem::create_directories(target.parent_path(), ignored);
  const std::string beside = path + ".part";
  std::ofstream file(beside, std::ios::binary);
  file << text;
  file.close();
  std::error_code renamed;
  if (file) std::filesystem::rename(beside, target, renamed);
  if (!file || renamed) {
    std::filesystem::remove(beside, ignored);
    throw UserError("can't write " + path + "; choose a path that can be written");
  }
}

int terminal_width() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 100;
}

OutputPaths OutputPaths::of_run(const std::string& directory) {
  OutputPaths paths;
  paths.json = directory + "/result.json";
  paths.html = directory + "/report.html";
  paths.markdown = directory + "/report.md";
  paths.junit = directory + "/junit.xml";
  return paths;
}

void write_outputs(const Result& result, const OutputPaths& paths) {
  if (!paths.json.empty()) write_text(paths.json, write_result(result));
  if (!paths.html.empty()) write_text(paths.html, reports::html(result));
  if (!paths.markdown.empty()) write_text(paths.markdown, reports::markdown(result));
  if (!paths.junit.empty()) write_text(paths.junit, reports::junit(result));
  if (!paths.csv.empty()) write_text(paths.csv, reports::csv(result));
  if (!paths.hlog_directory.empty()) write_hlogs(result, paths.hlog_directory);
}

void print_summary(const Result& result) {
  std::cout << (result.quick ? reports::loadtest_summary(result)
                             : reports::terminal_summary(result, colour_wanted(STDOUT_FILENO),
                                                         terminal_width()))
            << std::flush;
}

bool colour_wanted(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  return isatty(descriptor) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace loadgen
