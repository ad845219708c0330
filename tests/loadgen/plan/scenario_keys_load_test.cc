#include <doctest/doctest.h>

#include <algorithm>

#include "loadgen/plan/scenario_keys.h"

using namespace loadgen;

TEST_CASE("keys of one kind only name a kind that exists") {
  for (const TableKeys* table : {&workload_keys(), &fault_keys()}) {
    const Key* kind = table->find("kind");
    REQUIRE(kind != nullptr);
    for (const Key& key : table->keys) {
      CAPTURE(key.name);
      CHECK((key.only_kind.empty() ||
             std::count(kind->choices.begin(), kind->choices.end(), key.only_kind) == 1));
    }
  }
  CHECK(workload_keys().find("request")->only_kind == "http");
  CHECK(workload_keys().find("scale")->only_kind == "pgbench");
  CHECK(fault_keys().find("wait")->only_kind == "external");
  CHECK(fault_keys().find("duration")->only_kind.empty());
}
