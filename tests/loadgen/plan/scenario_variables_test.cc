#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;

TEST_CASE("environment: mistakes") {
  check_rows({
      {"unset, in the middle", "http://127.0.0.1:8080", "http://${NOPE}:8080", "8:20",
       "the environment variable NOPE is not set, or empty"},
      {"unset, in an array", "[\"kill\"", "[\"${NOPE}\"", "21:12", "NOPE is not set"},
      {"unset, in a table of labels", "[phases]",
       "[experiment]\nlabels = { a = \"${NOPE}\" }\n[phases]", "3:17",
       "write $${NOPE} for the text itself"},
  });
}

TEST_CASE("environment: ${NAME} in every text") {
  struct Row {
    std::string_view why, written, read;
  };
  for (const Row& row : {
           Row{"alone", "${SET}", "value"},
           Row{"twice, with text", "a ${SET}b${SET}",
               "a valueb"
               "value"},
           Row{"escaped", "$${SET}", "${SET}"},
           Row{"other dollars are text", "$SET $5 $$ ${} ${a-b} ${open",
               "$SET $5 $$ ${} ${a-b} ${open"},
           Row{"group variables are of hooks only", "$zone", "$zone"},
       }) {
    CAPTURE(row.why);
    const Scenario scenario = parsed(edited(
        "request = { path = \"/\" }", "request = { body = '" + std::string(row.written) + "' }"));
    CHECK(scenario.workloads.at(0).http.requests.at(0).body == row.read);
  }
}

TEST_CASE("environment: in hooks the variables of groups come first, for expand_hook") {
  const Scenario scenario = parsed(
      edited("[\"kill\", \"$zone\"]", "[\"${SET}\", \"${zone}\", \"$${SET}\", \"${API_TOKEN}\"]"));
  CHECK(scenario.faults.at(0).inject ==
        std::vector<std::string>{"value", "${zone}", "$${SET}", "pa$$$$word"});
  // Named like a secret: it may stand in no output.
  CHECK(scenario.secrets == std::vector<std::string>{"pa$$word"});
}

TEST_CASE("environment: the output directory keeps what is known later") {
  const Scenario scenario =
      parsed(std::string(kValid) + "[outputs]\ndir = \"${SET}/${name}-${start}\"\n");
  CHECK(scenario.outputs.dir == "value/${name}-${start}");
}
