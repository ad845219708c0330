#include "pgbench_mode/invocation_help.h"

#include <doctest/doctest.h>

#include "pgbench_mode/invocation_options.h"

using namespace loadgen::pgbench;

TEST_CASE("every option is in the help") {
  const std::string help = help_text("pgbench");
  CHECK(help.rfind("pgbench is a benchmarking tool for PostgreSQL.\n\nUsage:\n  pgbench [OPTION]",
                   0) == 0);
  for (const OptionForm& form : option_forms()) {
    CAPTURE(form.name);
    const std::string name = "--" + std::string(form.name);
    bool found = false;
    for (const char* behind : {"=", " ", "["})
      found |= help.find(name + behind) != std::string::npos;
    CHECK(found);
    if (form.letter != 0)
      CHECK(help.find(std::string("  -") + form.letter + ", " + name) != std::string::npos);
  }
  CHECK(help.back() == '\n');
}
