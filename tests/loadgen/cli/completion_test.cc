// `loadgen completion`, as typed.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "command_line.h"
#include "loadgen/core/scratch_directory.h"

namespace loadgen {
namespace {

using test::contains;
using test::Ran;
using test::run_loadgen;

TEST_CASE("each script knows every command and its flags") {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CAPTURE(shell);
    const Ran ran = run_loadgen({"completion", shell});
    CHECK(ran.code == 0);
    CHECK(ran.err == "");
    for (const char* word : {"run", "http", "validate", "plan", "report", "revert", "schema",
                             "completion", "maxSeconds", "no-preflight", "hlog", "compare",
                             "baseline", "accept", "margin", "aa", "selftest", "slowdown"}) {
      CAPTURE(word);
      CHECK(contains(ran.out, word));
    }
    CHECK_FALSE(contains(ran.out, "candidates"));  // written as --
  }
  CHECK(run_loadgen({"completion"}).code == 2);
  CHECK(run_loadgen({"completion", "tcsh"}).code == 2);
}

TEST_CASE("bash takes its script, and completes a command and a flag with it") {
  const ScratchDirectory directory;
  const std::string script = (directory.path() / "completion").string();
  const std::string out = (directory.path() / "out").string();
  std::ofstream(script) << run_loadgen({"completion", "bash"}).out
                        << "COMP_WORDS=(loadgen val); COMP_CWORD=1; _loadgen\n"
                           "echo \"${COMPREPLY[@]}\"\n"
                           "COMP_WORDS=(loadgen http --no-k); COMP_CWORD=2; _loadgen\n"
                           "echo \"${COMPREPLY[@]}\"\n"
                           "COMP_WORDS=(loadgen baseline ac); COMP_CWORD=2; _loadgen\n"
                           "echo \"${COMPREPLY[@]}\"\n";
  REQUIRE(std::system(("bash '" + script + "' >'" + out + "' 2>&1").c_str()) == 0);
  std::ifstream file(out);
  std::string command, flag, sub;
  std::getline(file, command);
  std::getline(file, flag);
  std::getline(file, sub);
  CHECK(command == "validate");
  CHECK(flag == "--no-keepalive");
  CHECK(sub == "accept");
}

}  // namespace
}  // namespace loadgen
