#include "loadgen/core/document_json.h"

#include <doctest/doctest.h>

#include <limits>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

template <class T>
T read(const std::string& text) {
  const JsonDocument document(text, "f");
  T out{};
  document.root().read(out);
  return out;
}

TEST_CASE("doubles are read to the last bit") {
  CHECK(read<double>("0.1") == 0.1);
  CHECK(read<double>("1e-5") == 1e-5);
  CHECK(read<double>("123456789.123456789") == 123456789.123456789);
  CHECK(read<double>("2.2250738585072014e-308") == 2.2250738585072014e-308);
  CHECK(read<double>("7") == 7.0);
}

TEST_CASE("integers beside their edges") {
  CHECK(read<std::uint64_t>("18446744073709551615") == 18446744073709551615U);
  CHECK(read<std::int64_t>("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(read<std::uint32_t>("4294967295") == 4294967295U);
  CHECK(read<int>("-2147483648") == std::numeric_limits<int>::min());
  CHECK_THROWS_AS(read<std::uint32_t>("4294967296"), UserError);
  CHECK_THROWS_AS(read<int>("2147483648"), UserError);
  CHECK_THROWS_AS(read<std::uint64_t>("-1"), UserError);
  CHECK_THROWS_AS(read<std::int64_t>("1.0"), UserError);
}

TEST_CASE("instants are microseconds, with a fraction to the nanosecond") {
  CHECK(read<RunOffset>("12").count() == 12'000);
  CHECK(read<RunOffset>("0.001").count() == 1);
  CHECK(read<RunOffset>("-5000000.25").count() == -5'000'000'250);
  CHECK_THROWS_AS(read<RunOffset>("9223372036854776"), UserError);
  CHECK_THROWS_AS(read<RunOffset>("1e300"), UserError);
}

TEST_CASE("keys are taken once, and one that nobody took is named") {
  const JsonDocument document(R"({"a": 1, "b": {"c": [true, 2]}})", "f");
  JsonFields fields(document.root());
  int a = 0;
  fields.need("a", a);
  CHECK(a == 1);
  CHECK_THROWS_WITH_AS(fields.done(), "f: the key 'b' is not one of this format", UserError);
  std::vector<bool> list;
  const JsonNode c = *fields.need("b").member("c");
  CHECK_THROWS_WITH_AS(c.each_item([](const JsonNode& item) {
    bool out = false;
    item.read(out);
  }),
                       "f: b.c[1]: expected true or false, found a number", UserError);
  CHECK_NOTHROW(fields.done());
  CHECK_THROWS_WITH_AS(fields.need("z"), "f: the key 'z' is missing", UserError);
}

TEST_CASE("a syntax error is told by line and column, a bomb of brackets refused") {
  CHECK_THROWS_WITH_AS(JsonDocument("{\n \"a\": tru }", "f").root(), doctest::Contains("f:2:"),
                       UserError);
  CHECK_THROWS_AS(JsonDocument(std::string(100'000, '['), "f").root(), UserError);
  CHECK_THROWS_AS(JsonDocument("\"\xff\"", "f").root(), UserError);
}

}  // namespace
}  // namespace loadgen
