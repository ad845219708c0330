#include "loadgen/plan/scenario_findings.h"

#include <doctest/doctest.h>

#include "loadgen/core/error.h"

using namespace loadgen;

namespace {

std::string told(const Findings& findings) {
  try {
    findings.throw_if_any();
    return "";
  } catch (const UserError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a finding: place, line, caret, what was expected") {
  Findings findings("f.toml", "first\n\té = 5\r\nlast", {});
  CHECK(findings.none());
  CHECK(told(findings).empty());
  findings.add({2, 6, 0}, "wrong", "right", 1);
  CHECK(told(findings) == "f.toml:2:6: wrong\n  2 | \té = 5\n    | \t    ^\n  expected: right");
}

TEST_CASE("findings come in the order of the file, --set last, warnings behind them") {
  Findings findings("f.toml", "a\nb\n", {"x=1", "y=2"});
  findings.warn({1, 1, 0}, "odd");
  findings.warn({0, 0, 1}, "odd, too");
  findings.add({0, 0, 2}, "fourth");
  findings.add({0, 0, 1}, "third");
  findings.add({2, 1, 0}, "second");
  findings.add({1, 1, 0}, "first");
  findings.add({1, 1, 0}, "first");  // once is enough
  CHECK(told(findings) ==
        "f.toml:1:1: first\n  1 | a\n    | ^\nf.toml:2:1: second\n  2 | b\n    | ^\n"
        "--set x=1: third\n--set y=2: fourth\nwarning: line 1: odd\nwarning: --set x=1: odd, too\n"
        "4 things are wrong with f.toml");
  CHECK(findings.take_warnings().size() == 2);
}

TEST_CASE("a text that was typed as a flag is told by the flag") {
  const std::string made = "id = 1\nassert = [\"p99 < 1s\", \"é9 < 1s\"]\n";
  const std::vector<TypedText> typed = {{"--check", "p99 < 1s", "\"p99 < 1s\""},
                                        {"--check", "é9 < 1s", "\"é9 < 1s\""}};
  Findings findings("", made, {}, typed);
  findings.add({2, 25, 0}, "second character", "p99");
  CHECK(told(findings) == "--check \"é9 < 1s\", column 2: second character\n  expected: p99");
  findings.add({2, 11, 0}, "all of it");
  findings.add({1, 1, 0}, "not typed");
  findings.warn({2, 11, 0}, "odd");
  CHECK(told(findings) ==
        "scenario:1:1: not typed\n  1 | id = 1\n    | ^\n--check \"p99 < 1s\": all of it\n"
        "--check \"é9 < 1s\", column 2: second character\n  expected: p99\n"
        "warning: --check \"p99 < 1s\": odd\n3 things are wrong with the command line");
}

TEST_CASE("what follows from a wrong value is not told again") {
  Findings findings("", "a = 'x'", {});
  document::Value value;
  value.kind = document::Value::Kind::text;
  value.text = "x";
  value.place = {1, 5, 0};
  findings.add(value, "cause");
  findings.add(value, "consequence");
  findings.add({1, 5, 0}, "another");
  CHECK(told(findings) == "scenario:1:5: cause\n  1 | a = 'x'\n    |     ^~~");
}

TEST_CASE("places inside a text, where it is written as it is read") {
  const std::string text = "\"é\" = 'añb'\nb = \"a\\tb\"\nc = '''\nab'''";
  const document::Value root = document::parse(text);
  Findings findings("", text, {});
  CHECK(findings.inside(root.members[0].value, 0) == document::Place{1, 8, 0});
  CHECK(findings.inside(root.members[0].value, 3) == document::Place{1, 10, 0});  // the b
  CHECK(findings.inside(root.members[1].value, 2) == root.members[1].value.place);
  CHECK(findings.inside(root.members[2].value, 1) == root.members[2].value.place);
}

TEST_CASE("places beyond the text do no harm") {
  Findings findings("", "short", {});
  findings.add({1, 99, 0}, "a");
  findings.add({99, 1, 0}, "b");
  findings.add({0, 0, 0}, "c");
  CHECK(told(findings).find("3 things") != std::string::npos);
  Findings empty("", "", {});
  empty.add({1, 1, 0}, "a");
  CHECK(told(empty).find("scenario:1:1: a") == 0);
}
