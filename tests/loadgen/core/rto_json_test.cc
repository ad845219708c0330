#include <doctest/doctest.h>

#include <string>

#include "loadgen/core/error.h"
#include "loadgen/core/figures_json.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

std::string text_of(const Rto& rto) {
  JsonWriter out;
  write_rto(out, rto);
  return out.text();
}

Rto read_back(const std::string& text) {
  const JsonDocument document(text, "r.json");
  Rto rto;
  read_rto(document.root(), rto);
  return rto;
}

TEST_CASE("an RTO is read back the same, and what was not observed is absent") {
  Rto rto;
  rto.first_failed = 55s;
  rto.known = 55s + 1500ns;
  rto.failure = Outcome::connect_refused;
  rto.failed = 3;
  rto.detect = 7us;
  const std::string text = text_of(rto);
  CHECK(read_back(text) == rto);
  CHECK(text.find("\"known_us\": 55000001.5") != text.npos);
  CHECK(text.find("\"parts_us\": {\"detect\": 7}") != text.npos);
  for (const char* key : {"last_ok_us", "first_ok_us", "answered_us", "stable_us", "null"})
    CHECK(text.find(key) == text.npos);
}

TEST_CASE("what is wrong with an RTO is said") {
  const auto complaint = [](const std::string& from, const std::string& to) -> std::string {
    std::string text = text_of(Rto{});
    const std::size_t at = text.find(from);
    REQUIRE(at != text.npos);
    try {
      read_back(text.replace(at, from.size(), to));
    } catch (const UserError& error) {
      return error.what();
    }
    return "accepted";
  };
  CHECK(complaint("\"ok\"", "\"fine\"").find("failure: 'fine' is no known class") !=
        std::string::npos);
  CHECK(complaint("\"parts_us\": {}", "\"parts_us\": {\"wait\": 1}").find("'wait'") !=
        std::string::npos);
  CHECK(complaint("\"failed\": 0,", "").find("'failed'") != std::string::npos);
}

}  // namespace
}  // namespace loadgen
