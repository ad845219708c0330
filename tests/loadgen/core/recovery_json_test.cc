#include "loadgen/core/recovery_json.h"

#include <doctest/doctest.h>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

using std::chrono::seconds;

Recovery read(const std::string& json) {
  const JsonDocument document(json, "r.json");
  Recovery recovery;
  read_recovery(document.root(), recovery);
  return recovery;
}

std::string written(const Recovery& recovery) {
  JsonWriter out;
  write_recovery(out, recovery);
  return out.text();
}

TEST_CASE("what was written is read") {
  Recovery full;
  full.onset = seconds{3};
  full.not_recovered_within_s = 40;
  full.longest_outage_s = 11.3;
  full.episodes = {{seconds{3}, seconds{9}}, {seconds{20}, std::nullopt}};
  full.outages = {{seconds{3}, seconds{8}, true}, {seconds{8}, seconds{9}, false}};
  full.undetermined = true;
  full.note = "undetermined: fewer than 10 s left";
  for (const Recovery& recovery : {Recovery{}, full}) CHECK(read(written(recovery)) == recovery);
}

TEST_CASE("what is wrong is refused") {
  std::string unknown = written(Recovery{});
  unknown.insert(unknown.find('{') + 1, "\"until\": 3,");
  CHECK_THROWS_AS(read(unknown), UserError);
  CHECK_THROWS_AS(read("{}"), UserError);
}

}  // namespace
}  // namespace loadgen
