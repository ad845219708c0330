#include "pgbench_mode/option_scan.h"

#include <doctest/doctest.h>

#include "pgbench_mode/message.h"

using namespace loadgen::pgbench;

namespace {

const std::vector<OptionForm> kForms{
    {.name = "client", .letter = 'c', .id = 1, .takes_value = true},
    {.name = "connect", .letter = 'C', .id = 2},
    {.name = "no-vacuum", .letter = 'n', .id = 3},
    {.name = "progress", .letter = 'P', .id = 4, .takes_value = true},
    {.name = "progress-timestamp", .id = 5},
    {.name = "continue-on-error", .id = 6, .whole = true},
};

/// "1=5 3 |db x": options by id, then operands; or the complaint.
std::string scanned(const std::vector<std::string>& arguments, bool options_first = false) {
  std::string all;
  try {
    OptionScan scan(kForms, arguments, options_first);
    while (const auto option = scan.next()) {
      all += std::to_string(option->id);
      if (!option->value.empty()) all += "=" + option->value;
      all += ' ';
    }
    all += '|';
    for (const std::string& operand : scan.operands()) all += operand + ' ';
    return all;
  } catch (const Fatal& complaint) {
    CHECK(complaint.lines().size() == 1);
    CHECK(complaint.lines()[0].label == "");
    return complaint.lines()[0].text;
  }
}

}  // namespace

TEST_CASE("options and operands as getopt_long finds them") {
  struct Row {
    const char* why;
    std::vector<std::string> arguments;
    const char* found;
  };
  for (const Row& row : {
           Row{"nothing", {}, "|"},
           Row{"an operand", {"db"}, "|db "},
           Row{"a lone dash is one, too", {"-"}, "|- "},
           Row{"an empty one", {""}, "| "},
           Row{"value attached", {"-c5"}, "1=5 |"},
           Row{"value apart", {"-c", "5"}, "1=5 |"},
           Row{"a value may look like an option", {"-c", "-n"}, "1=-n |"},
           Row{"or like the end of options", {"-c", "--"}, "1=-- |"},
           Row{"letters in a group", {"-nC"}, "3 2 |"},
           Row{"the last of a group takes the rest", {"-nc5"}, "3 1=5 |"},
           Row{"or the next argument", {"-nc", "5", "db"}, "3 1=5 |db "},
           Row{"long, value attached", {"--client=5"}, "1=5 |"},
           Row{"long, an empty value attached", {"--client="}, "1 |"},
           Row{"a value with an equals sign", {"--client=a=b"}, "1=a=b |"},
           Row{"long, value apart", {"--client", "5"}, "1=5 |"},
           Row{"abbreviated", {"--cl", "5", "--no"}, "1=5 3 |"},
           Row{"a whole name that begins another's", {"--progress", "1"}, "4=1 |"},
           Row{"longer than one of two that it begins like", {"--progress-"}, "5 |"},
           Row{"options after operands", {"db", "-n", "x"}, "3 |db x "},
           Row{"no options after --", {"-n", "--", "-C", "x"}, "3 |-C x "},
           Row{"-- among operands", {"a", "--", "b"}, "|a b "},
           Row{"ours, in full", {"--continue-on-error"}, "6 |"},
           Row{"ours is no rival of an abbreviation", {"--con"}, "2 |"},
       }) {
    CAPTURE(std::string(row.why));
    CHECK(scanned(row.arguments) == row.found);
  }
}

TEST_CASE("getopt's complaints") {
  struct Row {
    const char* why;
    std::vector<std::string> arguments;
    const char* complaint;
  };
  for (const Row& row : {
           Row{"unknown", {"--foo"}, "unrecognized option '--foo'"},
           Row{"unknown, with its value", {"--foo=1"}, "unrecognized option '--foo=1'"},
           Row{"unknown letter", {"-nx"}, "invalid option -- 'x'"},
           Row{"several fit",
               {"--c"},
               "option '--c' is ambiguous; possibilities: '--client' '--connect'"},
           Row{"several fit, with the value",
               {"--c=2"},
               "option '--c=2' is ambiguous; possibilities: '--client' '--connect'"},
           Row{"no value", {"--client"}, "option '--client' requires an argument"},
           Row{"no value, abbreviated", {"--cl"}, "option '--client' requires an argument"},
           Row{"no value for a letter", {"-n", "-c"}, "option requires an argument -- 'c'"},
           Row{"a value too many", {"--connect=3"}, "option '--connect' doesn't allow an argument"},
           Row{"ours, abbreviated", {"--continue"}, "unrecognized option '--continue'"},
       }) {
    CAPTURE(std::string(row.why));
    CHECK(scanned(row.arguments) == row.complaint);
  }
}

TEST_CASE("with POSIXLY_CORRECT the first operand ends the options") {
  CHECK(scanned({"-n", "db", "-C"}, true) == "3 |db -C ");
  CHECK(scanned({"-n", "-C"}, true) == "3 2 |");
}

TEST_CASE("a scan is a value: a copy goes on from the same place") {
  OptionScan scan(kForms, {"-nC", "db"}, false);
  CHECK(scan.next()->id == 3);
  OptionScan copy = scan;
  CHECK(scan.next()->id == 2);
  CHECK(copy.next()->id == 2);
  CHECK_FALSE(copy.next().has_value());
  CHECK(copy.operands() == std::vector<std::string>{"db"});
  CHECK_FALSE(copy.next().has_value());
}
