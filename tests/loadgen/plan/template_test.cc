#include "loadgen/plan/template.h"

#include <doctest/doctest.h>

#include <set>

using namespace loadgen;

namespace {

std::optional<std::string> files(const std::string& name) {
  if (name == "ids.txt") return "one\r\n\ntwo\nthree";
  if (name == "empty.txt") return "\r\n\n";
  return std::nullopt;
}

std::string rendered(std::string_view text, std::uint64_t sequence = 42) {
  std::string out = ">";
  TicketRandom random(1, 0, sequence);
  Template::compile(text, files).render(out, sequence, random, {{"token", "t0"}});
  return out.substr(1);
}

}  // namespace

TEST_CASE("placeholders and what only looks like one") {
  struct Row {
    const char *why, *text, *rendered;
  };
  for (const Row& row : {
           Row{"nothing", "", ""},
           Row{"text", "/a/b", "/a/b"},
           Row{"the sequence number", "/{seq}/{seq}", "/42/42"},
           Row{"a variable", "Bearer {var:token}!", "Bearer t0!"},
           Row{"one that the group lacks", "[{var:none}]", "[]"},
           Row{"a range of one", "{random:-7:-7}", "-7"},
           Row{"JSON around it", R"({"a": {"b": {seq}}, "c": [{}]})",
               R"({"a": {"b": 42}, "c": [{}]})"},
           Row{"other words", "{seqs} {sequence} {rand:1:2} {} {",
               "{seqs} {sequence} {rand:1:2} {} {"},
           Row{"a brace right before", "{{seq}}", "{42}"},
       }) {
    CAPTURE(row.why);
    CHECK(rendered(row.text) == row.rendered);
  }
}

TEST_CASE("random numbers and lines come from the ticket's stream") {
  std::set<std::string> lines, numbers;
  for (std::uint64_t i = 0; i < 200; ++i) {
    lines.insert(rendered("{line:ids.txt}", i));
    numbers.insert(rendered("{random:1:5}", i));
    CHECK(rendered("{random:1:1000000}{line:ids.txt}", i) ==
          rendered("{random:1:1000000}{line:ids.txt}", i));
  }
  CHECK(lines == std::set<std::string>{"one", "two", "three"});
  CHECK(numbers == std::set<std::string>{"1", "2", "3", "4", "5"});
}

TEST_CASE("wrong placeholders are told with their column") {
  struct Row {
    const char* text;
    std::size_t column;
    const char* what;
  };
  for (const Row& row : {
           Row{"{random:1}", 1, "takes two whole numbers"},
           Row{"a{random:1:}", 2, "takes two whole numbers"},
           Row{"{random:1:2:3}", 1, "takes two whole numbers"},
           Row{"{random:a:b}", 1, "takes two whole numbers"},
           Row{"{random:1:99999999999999999999}", 1, "takes two whole numbers"},
           Row{"{seq}{random:2:1}", 6, "the first number is above the second"},
           Row{"{line:}", 1, "takes the name of a file"},
           Row{"{line:no.txt}", 1, "can't read the file 'no.txt'"},
           Row{"{line:empty.txt}", 1, "has no line"},
           Row{"{var:}", 1, "takes the name of a variable"},
           Row{"{var:a-b}", 1, "takes the name of a variable"},
           Row{"xy{var:token", 3, "has no closing }"},
       }) {
    CAPTURE(row.text);
    try {
      Template::compile(row.text, files);
      FAIL_CHECK("it was compiled");
    } catch (const TemplateError& error) {
      CHECK(error.column() == row.column);
      CHECK(error.what_alone().find(row.what) != std::string::npos);
    }
  }
}

TEST_CASE("constant, variables, files") {
  CHECK(Template().is_constant());
  CHECK(Template::compile("/a{b}", files).is_constant());
  CHECK(Template::compile("{var:token}", files).is_constant());
  CHECK_FALSE(Template::compile("{seq}", files).is_constant());
  CHECK_FALSE(Template::compile("{random:1:1}", files).is_constant());
  CHECK_FALSE(Template::compile("{line:ids.txt}", files).is_constant());
  CHECK(Template::compile("{var:b}{var:a}{var:b}", files).variables() ==
        std::vector<std::string>{"b", "a"});
}
