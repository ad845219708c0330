#include "pgbench_mode/invocation_options.h"

#include <doctest/doctest.h>

#include <set>

using namespace loadgen::pgbench;

TEST_CASE("names, letters and numbers of options are their own") {
  std::set<std::string_view> names;
  std::set<char> letters;
  int number = 0;
  for (const OptionForm& form : option_forms()) {
    CAPTURE(form.name);
    CHECK(names.insert(form.name).second);
    if (form.letter != 0) CHECK(letters.insert(form.letter).second);
    CHECK(form.id == number++);
  }
  // pgbench's getopt string, sorted.
  CHECK(std::string(letters.begin(), letters.end()) == "CDFILMNPRSTUbcdfhijlnpqrstv");
}

TEST_CASE("our options come last, and whole") {
  bool ours = false;
  for (const OptionForm& form : option_forms()) {
    CAPTURE(form.name);
    CHECK((form.whole || !ours));
    ours = form.whole;
    if (ours) CHECK(form.letter == 0);
  }
  CHECK(ours);
}
