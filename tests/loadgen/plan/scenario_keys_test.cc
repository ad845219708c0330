#include "loadgen/plan/scenario_keys.h"

#include <doctest/doctest.h>

#include <set>

using namespace loadgen;

namespace {

void check_table(const TableKeys& table, std::set<std::string_view> above) {
  CAPTURE(table.what);
  CHECK_FALSE(table.what.empty());
  std::set<std::string_view> seen;
  for (const Key& key : table.keys) {
    CAPTURE(key.name);
    CHECK(seen.insert(key.name).second);
    CHECK_FALSE(key.meaning.empty());
    CHECK(key.low <= key.high);
    const bool holds_tables = key.kind == ValueKind::table || key.kind == ValueKind::tables ||
                              key.kind == ValueKind::table_map ||
                              key.kind == ValueKind::text_or_table ||
                              key.kind == ValueKind::text_or_table_map;
    CHECK((key.table != nullptr) == holds_tables);
    CHECK((key.kind != ValueKind::choice || !key.choices.empty()));
    CHECK(table.find(key.name) == &key);
    if (key.table != nullptr) {
      REQUIRE(above.insert(key.name).second);  // no table in itself
      check_table(*key.table, above);
      above.erase(key.name);
    }
  }
}

}  // namespace

TEST_CASE("the tables of keys are complete and free of contradiction") {
  check_table(scenario_keys(), {});
  CHECK(scenario_keys().find("phases")->table->find("before")->required);
  CHECK(scenario_keys().find("nothing") == nullptr);
  CHECK(scenario_keys().names().front() == "schema");
}
