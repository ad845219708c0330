// `loadgen worker`, as typed. Whole runs are in tests/system/cluster_test.py.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <fstream>

#include "command_line.h"
#include "loadgen/core/scratch_directory.h"

namespace loadgen {
namespace {

using test::contains;
using test::Ran;
using test::run_loadgen;

TEST_CASE("what was typed wrong exits 2, and nothing is dialled") {
  const ScratchDirectory directory;
  const std::string token = (directory.path() / "token").string();
  std::ofstream(token) << "0123456789abcdef";
  struct Row {
    const char* why;
    std::vector<std::string> arguments;
    const char* said;
  };
  for (const Row& row : {
           Row{"no coordinator", {"--token-file", token}, "--coordinator is required"},
           Row{"no token", {"--coordinator", "127.0.0.1:1"}, "--token-file is required"},
           Row{"no port",
               {"--coordinator", "127.0.0.1", "--token-file", token},
               "--coordinator: \"127.0.0.1\"; expected HOST:PORT"},
           Row{"a token that is not there",
               {"--coordinator", "127.0.0.1:1", "--token-file", "nowhere"},
               "can't read nowhere"},
           Row{"a target that is none",
               {"--coordinator", "127.0.0.1:1", "--token-file", token, "--allow-target", ":80"},
               "--allow-target"},
           Row{"authorities that are none",
               {"--coordinator", "127.0.0.1:1", "--token-file", token, "--tls-ca", "nowhere"},
               "--tls-ca"},
           Row{"a spool that is a file",
               {"--coordinator", "127.0.0.1:1", "--token-file", token, "--spool", token},
               "--spool"},
       }) {
    CAPTURE(row.why);
    std::vector<std::string> all{"worker"};
    all.insert(all.end(), row.arguments.begin(), row.arguments.end());
    const Ran ran = run_loadgen(all);
    CAPTURE(ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, row.said));
  }
  ::setenv("JOB_COMPLETION_INDEX", "first", 1);
  const Ran ran = run_loadgen({"worker", "--coordinator", "127.0.0.1:1", "--token-file", token});
  ::unsetenv("JOB_COMPLETION_INDEX");
  CHECK(ran.code == 2);
  CHECK(contains(ran.err, "JOB_COMPLETION_INDEX"));
}

}  // namespace
}  // namespace loadgen
