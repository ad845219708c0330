#include "loadgen/core/json_writer.h"

#include <doctest/doctest.h>

#include <limits>

namespace loadgen {
namespace {

template <class T>
std::string written(const T& value) {
  JsonWriter out;
  out.value(value);
  return out.text();
}

TEST_CASE("numbers are written exactly, and never as NaN") {
  CHECK(written(500.0) == "500");
  CHECK(written(0.1) == "0.1");
  CHECK(written(0.30000000000000004) == "0.30000000000000004");
  CHECK(written(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(written(std::int64_t{-1}) == "-1");
  CHECK(written(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(written(std::numeric_limits<double>::infinity()) == "null");
  CHECK(written(std::optional<int>()) == "null");
  CHECK(written(true) == "true");
}

TEST_CASE("texts are quoted and valid") {
  CHECK(written("a\"b\\c\n\x01") == "\"a\\\"b\\\\c\\n\\u0001\"");
  CHECK(written("é\xff") == "\"é\xEF\xBF\xBD\"");
}

TEST_CASE("blocks take lines, lists of values one line") {
  JsonWriter out;
  out.begin_object();
  out.field("a", 1);
  out.field("list", std::vector<int>{1, 2});
  out.key("in");
  out.begin_object(JsonLayout::line);
  out.field("x", 1);
  out.key("y");
  out.begin_array();
  out.value(2);
  out.end_array();
  out.end_object();
  out.key("empty");
  out.begin_object();
  out.end_object();
  out.field_if("absent", std::optional<int>());
  out.field_if("absent", std::string());
  out.end_object();
  CHECK(out.text() == R"({
 "a": 1,
 "list": [1, 2],
 "in": {"x": 1, "y": [2]},
 "empty": {}
})");
}

}  // namespace
}  // namespace loadgen
