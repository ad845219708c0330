#include "loadgen/core/node_json.h"

#include <doctest/doctest.h>

#include <string>

#include "loadgen/core/error.h"
#include "tests/loadgen/core/full_result.h"

namespace loadgen {
namespace {

const NodeResult& example() {
  static const Result result = full_result();
  return result.groups.at(0).second.nodes.at(0).second;
}

std::string text_of(const NodeResult& node) {
  JsonWriter out;
  write_node(out, node);
  return out.text();
}

NodeResult read_back(const std::string& text) {
  const JsonDocument document(text, "n.json");
  NodeResult node;
  read_node(document.root(), node);
  return node;
}

std::string complaint(const std::string& from, const std::string& to) {
  std::string text = text_of(example());
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != text.npos, from);
  try {
    read_back(text.replace(at, from.size(), to));
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

TEST_CASE("a node is read back the same") {
  CHECK(read_back(text_of(example())) == example());
  CHECK(read_back(text_of(NodeResult{})) == NodeResult{});
}

TEST_CASE("a system identifier keeps its 64 bits") {
  CHECK(text_of(example()).find("\"system_identifier\": \"18446744073709551615\"") !=
        std::string::npos);
}

TEST_CASE("what is wrong with a node is named with its place") {
  struct Row {
    const char* why;
    std::string from, to;
    const char* said;
  };
  const Row rows[] = {
      {"no identifier", "\"18446744073709551615\"", "\"18446744073709551616\"",
       "system_identifier: '18446744073709551616' is no system identifier"},
      {"a count is missing", "\"deadlocks\": 102, ", "", "phases.during.counted"},
      {"a count too many", "\"deadlocks\": 102", "\"deadlocks\": 102, \"x\": 1", "'x'"},
      {"a list too short", "\"primary\": [true, null]", "\"primary\": [true]",
       "'primary' differs in length from 'commits'"},
      {"an event without its kind", "\"kind\": \"blind\", ", "", "events[0]"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const std::string said = complaint(row.from, row.to);
    CAPTURE(said);
    CHECK(said.find(row.said) != said.npos);
  }
}

}  // namespace
}  // namespace loadgen
