#include "loadgen/experiment/variables.h"

#include <doctest/doctest.h>

#include <string>

#include "loadgen/core/error.h"
#include "tests/loadgen/experiment/awaited.h"

namespace loadgen {
namespace {

Group group_with(std::vector<Variable> vars) {
  Group group;
  group.name = "experimental";
  group.vars = std::move(vars);
  return group;
}

Variable literal(const std::string& name, const std::string& value) {
  Variable v;
  v.name = name;
  v.value = value;
  return v;
}

Variable from_shell(const std::string& name, const std::string& script, bool secret = false) {
  Variable v;
  v.name = name;
  v.command = {"sh", "-c", script};
  v.secret = secret;
  return v;
}

Variables resolved(const Group& group, HookScene& scene) {
  return awaited(resolve_group(group, scene, WakeOn{}));
}

TEST_CASE("literals and outputs of commands") {
  HookScene scene;
  scene.run_id = "run-1";
  scene.directory = "/usr";
  const Variables values = resolved(
      group_with({literal("namespace", "blue"), from_shell("pwd", "pwd"),
                  from_shell("two_lines", "printf 'a\\nb\\r\\n\\n'"),
                  from_shell("apart", "echo value; echo noise >&2"), from_shell("empty", "true"),
                  from_shell("told", "echo $LOADGEN_GROUP $LOADGEN_RUN_ID")}),
      scene);
  CHECK(values.at("namespace") == "blue");
  CHECK(values.at("pwd") == "/usr");
  CHECK(values.at("two_lines") == "a\nb");
  CHECK(values.at("apart") == "value");
  CHECK(values.at("empty").empty());
  CHECK(values.at("told") == "experimental run-1");
  CHECK(scene.secrets.empty());
}

TEST_CASE("secret values are collected, those of commands included") {
  Scenario scenario;
  scenario.secrets = {"postgres://u:p@h/db"};
  Variable password = literal("password", "hunter2-literal");
  password.secret = true;
  scenario.groups = {group_with({password, from_shell("token", "echo s3cret-token", true),
                                 from_shell("open", "echo public")})};
  HookScene scene;
  awaited(*std::make_unique<boost::asio::io_context>(), resolve_variables(scenario, scene, {}));
  CHECK(scene.secrets ==
        std::vector<std::string>{"postgres://u:p@h/db", "hunter2-literal", "s3cret-token"});
  REQUIRE(scene.variables.size() == 1);
  CHECK(scene.variables[0].at("token") == "s3cret-token");
}

TEST_CASE("a command that fails is the user's to mend, named by group and variable") {
  struct Row {
    std::string why;
    Variable variable;
    const char* text;
  };
  Variable missing = from_shell("token", "");
  missing.command = {"loadgen-no-such-program"};
  const Row rows[] = {
      {"exit code and what it said", from_shell("token", "echo no login >&2; exit 3"),
       "groups.experimental.vars.token: its command sh -c 'echo no login >&2; exit 3': exit code "
       "3\nno login\n"},
      {"not there", missing,
       "groups.experimental.vars.token: its command loadgen-no-such-program: could not be started: "
       "cannot run 'loadgen-no-such-program': no such program"},
      {"too much", from_shell("token", "head -c 70000 /dev/zero"),
       "groups.experimental.vars.token: its command sh -c 'head -c 70000 /dev/zero': printed more "
       "than 64 KB"},
      {"a secret's command is not quoted", from_shell("token", "echo maybe-it >&2; exit 1", true),
       "groups.experimental.vars.token: its command sh -c 'echo maybe-it >&2; exit 1': exit code "
       "1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    HookScene scene;
    std::string text;
    try {
      resolved(group_with({row.variable}), scene);
    } catch (const UserError& error) {
      text = error.what();
      CHECK(error.code() == ExitCode::usage);
    }
    CHECK(text == row.text);
  }
}

TEST_CASE("commands run in the scenario file's directory") {
  CHECK(directory_of("/etc/loadgen/scenario.toml") == "/etc/loadgen");
  CHECK(directory_of("scenario.toml") == std::filesystem::current_path());
  CHECK(directory_of("") == std::filesystem::current_path());
}

}  // namespace
}  // namespace loadgen
