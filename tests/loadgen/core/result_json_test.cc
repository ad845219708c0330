#include <doctest/doctest.h>

#include "loadgen/core/error.h"
#include "tests/loadgen/core/full_result.h"

namespace loadgen {
namespace {

/// The text with the first `from` replaced; fails the test when it is not there.
std::string edited(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != text.npos, from);
  return text.replace(at, from.size(), to);
}

std::string complaint(const std::string& text) {
  try {
    read_result(text, "r.json");
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

TEST_CASE("what is written is read back the same, and written again to the byte") {
  for (const Result& result : {Result{}, full_result()}) {
    const std::string text = write_result(result);
    const Result back = read_result(text, "r.json");
    CHECK(back == result);
    CHECK(write_result(back) == text);
  }
}

TEST_CASE("numbers are exact and stand as the contract says") {
  const std::string text = write_result(full_result());
  for (const char* part :
       {"\"seed\": 18446744073709551615", "\"outcome\": \"INCONCLUSIVE\"", "\"at_us\": 1.001",
        "\"at_us\": -1000000", "\"goodput\": 0.30000000000000004", "\"p999\": null",
        "\"planned\": [150, 150, 0]", "\"p50_us\": [30123, null, null]", "\"exit_code\": null",
        "\"to_us\": 60000000.001", "\"interval\": [0.09, 0.11]", "\"class\": \"http_5xx\""}) {
    CAPTURE(part);
    CHECK(text.find(part) != text.npos);
  }
  CHECK(text.find("last_not_ok_us") == text.npos);  // never happened: the key is absent
  CHECK(text.find("nan") == text.npos);
}

TEST_CASE("every double comes back the same") {
  Result result;
  std::uint64_t state = 11;
  for (int i = 0; i < 20'000; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    result.observations.push_back(
        {"x", "", RunOffset{0}, static_cast<double>(state >> 11) / (i % 2 ? 9.1e15 : 3e9), ""});
  }
  CHECK(read_result(write_result(result), "r.json") == result);
}

TEST_CASE("bytes that are no UTF-8 do not spoil the document") {
  Result result;
  result.name = "a\xff";
  CHECK(read_result(write_result(result), "r.json").name == "a\xEF\xBF\xBD");
}

TEST_CASE("what is wrong is named with its place") {
  const std::string good = write_result(full_result());
  struct Row {
    const char* why;
    std::string text;
    const char* said;
  };
  const Row rows[] = {
      {"empty file", "", "r.json:1:1: not JSON"},
      {"cut short", good.substr(0, good.size() / 2), "not JSON"},
      {"text after the end", good + "x", "not JSON: extra text"},
      {"a list", "[]", "r.json: expected an object, found a list"},
      {"another schema", edited(good, "\"schema\": 1", "\"schema\": 2"), "schema is 2"},
      {"no schema", edited(good, "\"schema\": 1,", ""), "the key 'schema' is missing"},
      {"unknown key", edited(good, "\"schema\": 1", "\"schema\": 1, \"shcema\": 1"),
       "the key 'shcema' is not one of this format"},
      {"unknown verdict", edited(good, "INCONCLUSIVE", "GREAT"), "'GREAT' is no verdict"},
      {"text for a number", edited(good, "\"late_share\": 0.015", "\"late_share\": \"1\""),
       "trust.late_share: expected a number, found a text"},
      {"negative count", edited(good, "\"attempts\": 7", "\"attempts\": -7"),
       "hooks[1].attempts: expected a whole number, 0 or more"},
      {"fraction of a count", edited(good, "\"attempts\": 7", "\"attempts\": 7.5"),
       "expected a whole number"},
      {"huge number", edited(good, "\"late_share\": 0.015", "\"late_share\": 1e999"), "r.json"},
      {"unknown class", edited(good, "\"class\": \"http_5xx\"", "\"class\": \"http_6xx\""),
       "no known class"},
      {"no histogram", edited(good, "\"HISTF", "\"XXXXX"), "not a base64 HdrHistogram"},
      {"list of another length", edited(good, "\"ok\": [150, 0, 0]", "\"ok\": [150, 0]"),
       "'ok' has 2 values, 'planned' has 3"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const std::string said = complaint(row.text);
    CAPTURE(said);
    CHECK(said.find(row.said) != said.npos);
  }
}

TEST_CASE("a phase that does not balance is refused, one ticket off in either direction") {
  Result result;
  WorkloadResult workload;
  workload.totals.tally.scheduled = 10;
  workload.totals.tally.ended[static_cast<std::size_t>(Outcome::ok)] = 9;
  workload.totals.tally.ended[static_cast<std::size_t>(Outcome::blind_late)] = 1;
  result.groups = {{"g", {"control", "", {{"w", workload}}}}};
  const std::string good = write_result(result);
  CHECK(complaint(good) == "accepted");
  for (const auto& [from, to] : {std::pair("\"ok\": 9", "\"ok\": 8"),
                                 {"\"ok\": 9", "\"ok\": 10"},
                                 {"\"planned\": 9", "\"planned\": 10"},
                                 {"\"scheduled\": 10", "\"scheduled\": 11"},
                                 {"{\"late\": 1}", "{\"late\": 11}"}}) {
    CAPTURE(to);
    const std::string said = complaint(edited(good, from, to));
    CHECK(said.find("groups.g.workloads.w.totals: does not balance") != said.npos);
  }
}

}  // namespace
}  // namespace loadgen
