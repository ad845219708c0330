#include "pgbench_mode/script_error.h"

#include <doctest/doctest.h>

using namespace loadgen::pgbench;

TEST_CASE("a fault as pgbench words it and as the findings of a scenario are") {
  const ScriptError error({"a.sql", 3, 9, "syntax error", "set"}, "a.sql:3: syntax error …");
  CHECK(std::string(error.what()) == "a.sql:3: syntax error …");
  CHECK(error.located() == "a.sql:3:9: syntax error in \\set");
  CHECK(error.code() == loadgen::ExitCode::usage);

  CHECK(ScriptError({"a.sql", 0, 0, "empty", ""}, "").located() == "a.sql: empty");
  CHECK(ScriptError({"a.sql", 2, 1, "\\else after \\else", ""}, "").located() ==
        "a.sql:2:1: \\else after \\else");
  CHECK(ScriptError("at most 128").located() == "at most 128");
}
