#include "loadgen/cli/run_files.h"

#include <algorithm>
#include <filesystem>

#include "loadgen/analysis/analyse.h"
#include "loadgen/analysis/comparable.h"
#include "loadgen/plan/scenario.h"
#include "reports/render.h"

namespace loadgen {
namespace {

namespace fs = std::filesystem;

char first_letter(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? '\0' : text[first];
}

std::vector<std::string> json_files(const std::string& directory) {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    if (entry.is_regular_file() && entry.path().extension() == ".json") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool holds_run(const std::string& directory) {
  return fs::exists(fs::path(directory) / "journal") ||
         fs::exists(fs::path(directory) / "result.json");
}

ComparableRun comparable_from(const std::string& input) {
  try {
    if (!fs::is_directory(input)) {
      const auto text = read_whole_file(input);
      if (text && is_comparable_run(*text)) return read_comparable_run(*text, input);
    }
    ComparableRun run = comparable(read_finished_run(input));
    run.file = input;
    return run;
  } catch (const UserError& broken) {
    ComparableRun run;
    run.file = input;
    run.unusable = std::string("can't be read: ") + broken.what();
    run.untrusted = true;
    return run;
  }
}

}  // namespace

Result read_finished_run(const std::string& input) {
  if (fs::is_directory(input)) {
    const fs::path journal = fs::path(input) / "journal";
    if (fs::exists(journal)) return analyse(read_run(journal));
    const fs::path result = fs::path(input) / "result.json";
    if (fs::exists(result)) return read_finished_run(result.string());
    throw UserError(input +
                    " holds neither a journal nor a result.json; expected the directory of a run");
  }
  const auto text = read_whole_file(input);
  if (!text)
    throw UserError("can't read " + input +
                    "; expected a run's directory, its journal, result.json or report.html");
  if (first_letter(*text) == '{') return read_result(*text, input);
  if (first_letter(*text) == '<') {
    const auto data = reports::embedded_result(*text);
    if (!data) {
      throw UserError(input +
                      " carries no run's data; expected a run's report.html that does, or "
                      "its result.json or directory");
    }
    return read_result(*data, input);
  }
  return analyse(read_run(input));
}

std::vector<ComparableRun> read_comparable_runs(const std::vector<std::string>& inputs) {
  std::vector<ComparableRun> runs;
  for (const std::string& input : inputs) {
    if (!fs::exists(input)) {
      throw UserError("there is no " + input +
                      "; expected a run's directory, its result.json or report.html, or a "
                      "baseline");
    }
    if (!fs::is_directory(input) || holds_run(input)) {
      runs.push_back(comparable_from(input));
      continue;
    }
    const std::vector<std::string> stored = json_files(input);
    for (const std::string& file : stored) runs.push_back(comparable_from(file));
    if (stored.empty()) {
      ComparableRun& none = runs.emplace_back();
      none.file = input;
      none.unusable = "the directory holds neither a run's journal or result nor a baseline";
    }
  }
  return runs;
}

std::vector<ComparableRun> read_baseline(const std::string& directory) {
  std::vector<ComparableRun> runs;
  if (!fs::exists(directory)) return runs;
  if (!fs::is_directory(directory)) throw UserError(directory + " is no directory");
  for (const std::string& file : json_files(directory)) {
    const auto text = read_whole_file(file);
    if (text && is_comparable_run(*text)) runs.push_back(read_comparable_run(*text, file));
  }
  return runs;
}

}  // namespace loadgen
