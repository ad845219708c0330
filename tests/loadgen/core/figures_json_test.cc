#include "loadgen/core/figures_json.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

TEST_CASE("each outcome is found by its name") {
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    CAPTURE(i);
    CHECK(outcome_named(name_of(outcome)) == outcome);
  }
  CHECK_FALSE(outcome_named("blind").has_value());
  CHECK_FALSE(outcome_named("").has_value());
}

TEST_CASE("a quantile without data has no key, one not reached is null") {
  JsonWriter out;
  out.begin_object();
  write_quantiles(out, "none", {});
  Quantiles reached;
  reached.has_data = true;
  reached.p50 = 12;
  write_quantiles(out, "some", reached);
  out.end_object();
  CHECK(out.text() ==
        "{\n \"some\": {\"p50\": 12, \"p75\": null, \"p90\": null, \"p95\": null, \"p99\": null, "
        "\"p999\": null, \"p9999\": null, \"max\": null, \"mean\": null}\n}");
  const JsonDocument document(out.text(), "f");
  JsonFields fields(document.root());
  Quantiles back, none;
  read_quantiles(fields, "some", back);
  read_quantiles(fields, "none", none);
  CHECK(back == reached);
  CHECK(none == Quantiles{});
}

TEST_CASE("instants keep their fraction of a microsecond") {
  for (const std::int64_t ns : {0LL, 1LL, -1LL, 999LL, 1'000LL, 3'600'000'000'001LL}) {
    CAPTURE(ns);
    JsonWriter out;
    out.begin_object();
    write_us(out, "t", RunOffset(ns));
    out.end_object();
    const JsonDocument document(out.text(), "f");
    RunOffset back{};
    document.root().member("t")->read(back);
    CHECK(back.count() == ns);
  }
}

}  // namespace
}  // namespace loadgen
