// The whole command line in the test's own process: what it printed, and what it would exit with.
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "loadgen/cli/commands.h"
#include "loadgen/core/error.h"

namespace loadgen::test {

/// stdout and stderr of C++ streams, caught while it lives.
class Caught {
 public:
  Caught()
      : out_before_(std::cout.rdbuf(out_.rdbuf())), err_before_(std::cerr.rdbuf(err_.rdbuf())) {}
  ~Caught() {
    std::cout.rdbuf(out_before_);
    std::cerr.rdbuf(err_before_);
  }
  Caught(const Caught&) = delete;
  Caught& operator=(const Caught&) = delete;
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

 private:
  std::ostringstream out_, err_;
  std::streambuf* out_before_;
  std::streambuf* err_before_;
};

struct Ran {
  int code = -1;
  std::string out, err;
  double stolen = 0;  // see undisturbed.h
};

/// `loadgen ARGUMENTS…`, with main's treatment of what is thrown.
inline Ran run_loadgen(const std::vector<std::string>& arguments) {
  ExitCode exit_code = ExitCode::pass;
  CLI::App app{"", "loadgen"};
  app.require_subcommand(1);
  add_run(app, exit_code);
  add_http(app, exit_code);
  add_coordinator(app, exit_code);
  add_worker(app, exit_code);
  add_init(app, exit_code);
  add_validate(app, exit_code);
  add_plan(app, exit_code);
  add_report(app, exit_code);
  add_audit(app, exit_code);
  add_revert(app, exit_code);
  add_compare(app, exit_code);
  add_baseline(app, exit_code);
  add_aa(app, exit_code);
  add_selftest(app, exit_code);
  add_schema(app, exit_code);
  add_completion(app, exit_code);
  Ran ran;
  const Caught caught;
  try {
    app.parse(for_parsing(arguments));
    ran.code = static_cast<int>(exit_code);
  } catch (const CLI::ParseError& error) {
    std::cerr << error.what();
    ran.code = error.get_exit_code() == 0 ? 0 : static_cast<int>(ExitCode::usage);
  } catch (const UserError& mistake) {
    std::cerr << mistake.what();
    ran.code = static_cast<int>(mistake.code());
  }
  ran.out = caught.out();
  ran.err = caught.err();
  return ran;
}

/// The text as it was before it was folded: where a line ends goes by how long the paths in it are.
inline std::string unfolded(const std::string& text) {
  return std::regex_replace(text, std::regex("\\s+"), " ");
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace loadgen::test
