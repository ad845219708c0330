#include "pgbench_mode/builtin_scripts.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <string>

#include "pgbench_mode/script.h"
#include "pgbench_mode/script_error.h"

using namespace loadgen::pgbench;

namespace {

constexpr const char* kList =
    "Available builtin scripts:\n"
    "      tpcb-like: <builtin: TPC-B (sort of)>\n"
    "  simple-update: <builtin: simple update>\n"
    "    select-only: <builtin: select only>\n";

// What pgbench says of it, or nothing.
template <class Call>
std::string refusal(Call call) {
  try {
    call();
    return "";
  } catch (const ScriptError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("built-in scripts are found by a beginning that only one has") {
  CHECK(builtin_list() == kList + std::string("\n"));
  CHECK(find_builtin("t").name == "tpcb-like");
  CHECK(find_builtin("simple").name == "simple-update");
  CHECK(find_builtin("select-only").name == "select-only");

  struct Row {
    std::string why, name, message;
  };
  for (const Row& row : {
           Row{"of two", "s", "ambiguous builtin name: 2 builtin scripts found for prefix \"s\""},
           Row{"of all", "", "ambiguous builtin name: 3 builtin scripts found for prefix \"\""},
           Row{"of none", "x", "no builtin script found for name \"x\""},
           Row{"case counts", "SELECT", "no builtin script found for name \"SELECT\""},
           Row{"longer than one", "select-only2",
               "no builtin script found for name "
               "\"select-only2\""},
       }) {
    CAPTURE(row.why);
    CHECK(refusal([&] { find_builtin(row.name); }) == row.message + "\n" + kList);
  }
}

TEST_CASE("built-in scripts parse, and are shown as pgbench shows them") {
  const auto commands = [](const char* name) {
    const BuiltinScript& builtin = find_builtin(name);
    return parse_script(builtin.text, builtin.description).commands.size();
  };
  CHECK(commands("tpcb-like") == 11);
  CHECK(commands("simple-update") == 9);
  CHECK(commands("select-only") == 2);
  CHECK(shown_script(find_builtin("select-only")) ==
        "-- select-only: <builtin: select only>\n"
        "\\set aid random(1, 100000 * :scale)\n"
        "SELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n"
        "\n");
}

TEST_CASE("weights") {
  CHECK(parse_weighted_name("a.sql") == WeightedName{"a.sql", 1});
  CHECK(parse_weighted_name("a.sql@3") == WeightedName{"a.sql", 3});
  CHECK(parse_weighted_name("a@b@0") == WeightedName{"a@b", 0});
  CHECK(parse_weighted_name("@2") == WeightedName{"", 2});
  CHECK(parse_weighted_name("a@ +2147483647") == WeightedName{"a", 2147483647});

  struct Row {
    std::string why, option, message;
  };
  for (const Row& row : {
           Row{"no number", "a@b", "invalid weight specification: @b"},
           Row{"nothing", "a@", "invalid weight specification: @"},
           Row{"text behind", "a@1 ", "invalid weight specification: @1 "},
           Row{"no long", "a@9999999999999999999",
               "invalid weight specification: @9999999999999999999"},
           Row{"one too many", "a@2147483648",
               "weight specification out of range (0 .. 2147483647): 2147483648"},
           Row{"negative", "a@-1", "weight specification out of range (0 .. 2147483647): -1"},
       }) {
    CAPTURE(row.why);
    CHECK(refusal([&] { parse_weighted_name(row.option); }) == row.message);
  }
}

TEST_CASE("script files") {
  const std::string name = "builtin_scripts_test.sql";
  std::FILE* file = std::fopen(name.c_str(), "w");
  REQUIRE(file != nullptr);
  const std::string text = std::string(100000, 'x') + "\r\n" + std::string("\0;", 2);
  CHECK(std::fwrite(text.data(), 1, text.size(), file) == text.size());
  std::fclose(file);
  CHECK(read_script_file(name) == text);
  std::remove(name.c_str());

  CHECK(refusal([&] { read_script_file(name); }) ==
        "could not open file \"" + name + "\": No such file or directory");
  CHECK(refusal([] { read_script_file("."); }) == "could not read file \".\": Is a directory");
}
