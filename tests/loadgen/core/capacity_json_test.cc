#include "loadgen/core/capacity_json.h"

#include <doctest/doctest.h>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

std::string written(const Capacity& capacity) {
  JsonWriter out;
  write_capacity(out, capacity);
  return out.text();
}

Capacity read(const std::string& text) {
  const JsonDocument document(text, "r.json");
  Capacity capacity;
  read_capacity(document.root(), capacity);
  return capacity;
}

TEST_CASE("a search is read back as it was written") {
  Capacity found;
  found.workload = "home";
  found.over_clients = true;
  found.limits = {"p99 < 250ms"};
  found.highest = 198.7;
  found.missed = 200;
  found.ended = "why";
  found.steps = {{100, 10, "held", "", 99.9, 0.0, 1000, 2000},
                 {200, 10, "missed", "slow", 10, std::nullopt, std::nullopt, std::nullopt}};
  for (const Capacity& each : {found, Capacity{}}) {
    CHECK(read(written(each)) == each);
    CHECK(written(read(written(each))) == written(each));
  }
}

TEST_CASE("what is no search is refused") {
  std::string text = written(Capacity{});
  CHECK_THROWS_AS(read("{}"), UserError);
  text.replace(text.find("\"rate\""), 6, "\"both\"");
  CHECK_THROWS_AS(read(text), UserError);
}

}  // namespace
}  // namespace loadgen
