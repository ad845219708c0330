// `loadgen init`, `validate`, `plan` and `schema`, as typed.
#include <doctest/doctest.h>

#include <fstream>

#include "command_line.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/starters.h"
#include "tests/loadgen/drive/scripted_server.h"

namespace loadgen {
namespace {

using test::contains;
using test::Ran;
using test::run_loadgen;

TEST_CASE("init prints a starter, the first one unless another is named") {
  for (const std::string_view name : starter_names()) {
    CAPTURE(std::string(name));
    const Ran ran = run_loadgen({"init", std::string(name)});
    CHECK(ran.code == 0);
    CHECK(ran.out == starter(name));
    CHECK(ran.err == "");
  }
  CHECK(run_loadgen({"init"}).out == starter(starter_names()[0]));
  CHECK(run_loadgen({"init", "nothing-like-it"}).code == 2);
}

/// A small scenario in a file, against a port.
struct File {
  explicit File(std::uint16_t port) : path((directory.path() / "s.toml").string()) {
    std::ofstream(path) << "schema = 1\n[phases]\nbefore = \"60s\"\n[groups.target]\n"
                           "base_url = \"http://127.0.0.1:"
                        << port
                        << "\"\n[[workloads]]\nname = \"home\"\nkind = \"http\"\nrate = 50\n";
  }
  ScratchDirectory directory;
  std::string path;
};

TEST_CASE("validate says that a scenario is valid, or all that is wrong with it") {
  const File file(8080);
  const Ran valid = run_loadgen({"validate", file.path});
  CHECK(valid.code == 0);
  CHECK(valid.out == file.path + ": valid\n");
  const Ran wrong =
      run_loadgen({"validate", file.path, "--set", "workloads.home.rat=1", "--set", "phase=1"});
  CHECK(wrong.code == 2);
  CHECK(wrong.out == "");
  CHECK(contains(wrong.err, "rat"));
  CHECK(contains(wrong.err, "phase"));
  CHECK(run_loadgen({"validate", "nowhere.toml"}).code == 2);
}

TEST_CASE("validate --preflight also looks whether the target is there") {
  {
    test::ScriptedServer server(test::answers(test::ok_answer()));
    const File file(server.port());
    const Ran ran = run_loadgen({"validate", file.path, "--preflight"});
    CAPTURE(ran.err);
    CHECK(ran.code == 0);
    CHECK(contains(ran.out, "valid\n"));
  }
  const test::RefusingPort refusing;
  const File file(refusing.port());
  const Ran ran = run_loadgen({"validate", file.path, "--preflight"});
  CHECK(ran.code == 14);
  CHECK(contains(ran.err, "Connection refused"));
  CHECK(ran.out == "");
}

TEST_CASE("plan prints what a run would do, and does nothing") {
  const File file(8080);
  const Ran ran = run_loadgen({"plan", file.path, "--set", "workloads.home.rate=70"});
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, file.path));
  CHECK(contains(ran.out, "70"));
}

TEST_CASE("schema prints a JSON Schema") {
  for (const char* which : {"result", "scenario"}) {
    const Ran ran = run_loadgen({"schema", which});
    CHECK(ran.code == 0);
    CHECK(contains(ran.out, "https://json-schema.org/draft/2020-12/schema"));
  }
  CHECK(run_loadgen({"schema"}).code == 2);
  CHECK(run_loadgen({"schema", "journal"}).code == 2);
}

}  // namespace
}  // namespace loadgen
