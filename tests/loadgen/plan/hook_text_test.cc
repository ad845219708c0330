#include "loadgen/plan/hook_text.h"

#include <doctest/doctest.h>

using namespace loadgen;

TEST_CASE("hooks: variables are filled in") {
  const Variables variables{{"namespace", "ns 1"}, {"n", "N"}, {"LOADGEN_GROUP", "g"}};
  struct Row {
    const char *why, *text, *expanded;
  };
  for (const Row& row : {
           Row{"none", "get", "get"},
           Row{"alone", "$namespace", "ns 1"},
           Row{"in braces", "a${namespace}b", "ans 1b"},
           Row{"the longest name", "$n-$namespace.$n", "N-ns 1.N"},
           Row{"two side by side", "$n$n", "NN"},
           Row{"a dollar", "$$n $$$n", "$n $N"},
           Row{"no name follows", "$ $5 $? $(x) ${} ${n", "$ $5 $? $(x) ${} ${n"},
           Row{"no name in braces", "${n:-x}", "${n:-x}"},
           Row{"known of loadgen's", "$LOADGEN_GROUP", "g"},
           Row{"of the hook's environment", "$LOADGEN_RUN_ID", "$LOADGEN_RUN_ID"},
       }) {
    CAPTURE(row.why);
    CHECK(expand_hook({"x", row.text}, variables) == std::vector<std::string>{"x", row.expanded});
  }
  CHECK(expand_hook({}, variables).empty());
  // A value is put in as it is: no variable in it is looked for.
  CHECK(expand_hook({"$a"}, {{"a", "$b"}}) == std::vector<std::string>{"$b"});
}

TEST_CASE("hooks: an unknown variable is told") {
  const auto said = [](const char* text, const Variables& variables) -> std::string {
    try {
      expand_hook({text}, variables);
      return "";
    } catch (const UserError& error) {
      return error.what();
    }
  };
  CHECK(said("$HOME", {}) ==
        "unknown variable $HOME: the group has no vars (write $$HOME for the text $HOME)");
  CHECK(said("a ${namespaec}", {{"namespace", ""}}).find("did you mean 'namespace'?") !=
        std::string::npos);
}

TEST_CASE("what a person sees: secrets as ***, quotes where a shell needs them") {
  Group group;
  group.vars = {{"plain", "p q", {}, false},
                {"hidden", "hush", {}, true},
                {"made", "", {"./a", "b c"}, false},
                {"secret", "", {"./login.sh"}, true}};
  const Variables shown = shown_variables(group);
  CHECK(shown.at("plain") == "p q");
  CHECK(shown.at("hidden") == "***");
  CHECK(shown.at("made") == "<output of ./a 'b c'>");
  CHECK(shown.at("secret") == "***");
  CHECK(shell_text({"kubectl", "-n", "a,b=c", "", "it's", "$x", "é"}) ==
        "kubectl -n a,b=c '' 'it'\\''s' '$x' 'é'");
}
